"""ViT-SVDD of the published size on KDEF, whose faces nothing covers: the second stage of Latent-OFER, as in the paper. Not trained by us.

The encoder is that of latent_ofer_mae_rafdb.py, or of a published file (python tools/convert/published.py mae SRC
checkpoints/latent_ofer_mae_rafdb.pth). The test holds black blocks before the faces, since their place is known.
"""

_base_ = ['_base_/balanced_224.py', '_base_/runtime.py']

import mmengine

folder = mmengine.Config.fromfile('{{ fileDirname }}/latent_ofer_svdd_folder.py')
model, train_cfg, optim_wrapper, param_scheduler = folder.model, folder.train_cfg, folder.optim_wrapper, folder.param_scheduler
faces, blocks, custom_hooks = folder.train_dataloader.dataset.pipeline, folder.test_dataloader.dataset.pipeline, folder.custom_hooks
del folder

train_dataloader = dict(
    sampler=dict(_delete_=True, type='DefaultSampler', shuffle=True),
    dataset=dict(type='KDEF', data_root='data/kdef', fold=0, pipeline=faces),
)
val_dataloader = dict(dataset=dict(type='KDEF', data_root='data/kdef', fold=0, pipeline=blocks))
test_dataloader = val_dataloader
test_sets = dict(_delete_=True, blocks_10=dict())
val_evaluator = dict(_delete_=True, type='OcclusionMetric')
test_evaluator = val_evaluator
default_hooks = dict(checkpoint=dict(interval=train_cfg.max_epochs, save_best=None))
