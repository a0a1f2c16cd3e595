"""ResNet-18, mmpretrain's unchanged, on KDEF (fold 0 of 10, by person, validates).

Structure and recipe are those of resnet18_rafdb.py. Not trained by us."""

_base_ = ['_base_/balanced_224.py', '_base_/runtime.py']

import mmengine

rafdb = mmengine.Config.fromfile('{{ fileDirname }}/resnet18_rafdb.py')
model, train_cfg, optim_wrapper, param_scheduler = rafdb.model, rafdb.train_cfg, rafdb.optim_wrapper, rafdb.param_scheduler
del rafdb

train_dataloader = dict(batch_size=64, dataset=dict(type='KDEF', data_root='data/kdef', fold=0))
val_dataloader = dict(dataset=dict(type='KDEF', data_root='data/kdef', fold=0))
test_dataloader = val_dataloader
