"""Hybrid reconstruction at its published size on KDEF (fold 0 of 10, by person, validates).

Structure and recipe are those of latent_ofer_inpainter_rafdb.py. Not trained by us."""

_base_ = ['_base_/balanced_224.py', '_base_/runtime.py']

import mmengine

rafdb = mmengine.Config.fromfile('{{ fileDirname }}/latent_ofer_inpainter_rafdb.py')
model, train_cfg, optim_wrapper, param_scheduler = rafdb.model, rafdb.train_cfg, rafdb.optim_wrapper, rafdb.param_scheduler
model.coarse.checkpoint = 'checkpoints/latent_ofer_mae_kdef.pth'
model.semantic.checkpoint = 'checkpoints/resnet18_kdef.pth'
training, validation, test = (rafdb[f'{name}_dataloader'].dataset.pipeline for name in ('train', 'val', 'test'))
batch_size, objects = rafdb.train_dataloader.batch_size, rafdb.test_sets
del rafdb

train_dataloader = dict(
    batch_size=batch_size,
    sampler=dict(_delete_=True, type='DefaultSampler', shuffle=True),
    dataset=dict(type='KDEF', data_root='data/kdef', fold=0, pipeline=training),
)
val_dataloader = dict(dataset=dict(type='KDEF', data_root='data/kdef', fold=0, pipeline=validation))
test_dataloader = dict(dataset=dict(type='KDEF', data_root='data/kdef', fold=0, pipeline=test))
test_sets = dict(_delete_=True, **objects)
val_evaluator = dict(_delete_=True, type='InpaintingMetric')
test_evaluator = val_evaluator
default_hooks = dict(checkpoint=dict(save_best='psnr_hole'))
