"""ResNet-18, mmpretrain's unchanged, on AffectNet, seven classes.

Structure and recipe are those of resnet18_rafdb.py. Not trained by us."""

_base_ = ['_base_/balanced_224.py', '_base_/runtime.py']

import mmengine

rafdb = mmengine.Config.fromfile('{{ fileDirname }}/resnet18_rafdb.py')
model, train_cfg, optim_wrapper, param_scheduler = rafdb.model, rafdb.train_cfg, rafdb.optim_wrapper, rafdb.param_scheduler
del rafdb

train_dataloader = dict(batch_size=64, dataset=dict(type='AffectNet', data_root='data/affectnet'))
val_dataloader = dict(dataset=dict(type='AffectNet', data_root='data/affectnet'))
test_dataloader = val_dataloader
