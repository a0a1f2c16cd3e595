"""ViT-SVDD trained with its encoder on FER2013's faces, as latent_ofer_svdd_pasted_synthetic.py; tested on pasted objects it never saw."""

_base_ = ['_base_/runtime.py', '_base_/fer2013_occlusion.py']

import mmengine

num_epochs = 24

model = dict(mmengine.Config.fromfile('{{ fileDirname }}/latent_ofer_svdd_pasted_synthetic.py').model, size=64)
model['detector'].nu = 0.03  # the best F1 on the validation split, of 0.005, 0.01, 0.02, 0.03, 0.05 and 0.1

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=num_epochs)
optim_wrapper = dict(optimizer=dict(type='AdamW', lr=2e-3, weight_decay=0.02), clip_grad=dict(max_norm=5.0))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.02, by_epoch=True, end=1, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min_ratio=0.005, by_epoch=True, begin=1, end=num_epochs, convert_to_iter_based=True),
]
faces = dict(
    type='FER2013',
    data_root='data/fer2013',
    split='train',
    indices=list(range(4000, 6000)),
    pipeline=[dict(type='LoadFace'), dict(type='PackFace')],
)
custom_hooks = [dict(type='OneClassHook', interval=num_epochs, dataset=faces)]  # the threshold: of faces that no step sees
default_hooks = dict(logger=dict(interval=20), checkpoint=dict(interval=1, max_keep_ckpts=1, save_best=None))
