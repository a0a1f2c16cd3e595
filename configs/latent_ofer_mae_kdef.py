"""Masked autoencoder of the published size on KDEF (fold 0 of 10, by person, validates).

Structure and recipe are those of latent_ofer_mae_rafdb.py. Not trained by us."""

_base_ = ['_base_/balanced_224.py', '_base_/runtime.py']

import mmengine

rafdb = mmengine.Config.fromfile('{{ fileDirname }}/latent_ofer_mae_rafdb.py')
model, train_cfg, optim_wrapper, param_scheduler = rafdb.model, rafdb.train_cfg, rafdb.optim_wrapper, rafdb.param_scheduler
faces = rafdb.train_dataloader.dataset.pipeline
del rafdb

train_dataloader = dict(
    batch_size=64,
    sampler=dict(_delete_=True, type='DefaultSampler', shuffle=True),
    dataset=dict(type='KDEF', data_root='data/kdef', fold=0, pipeline=faces),
)
# there are no labels to be right about: the loss is the measure
val_dataloader, val_evaluator, val_cfg = None, None, None
test_dataloader, test_evaluator, test_cfg, test_sets = None, None, None, None
default_hooks = dict(checkpoint=dict(interval=20, save_best=None))
