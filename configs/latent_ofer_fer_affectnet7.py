"""Latent-OFER's recognition network on AffectNet, seven classes.

Structure and recipe are those of latent_ofer_fer_rafdb.py. Not trained by us."""

_base_ = ['_base_/balanced_224.py', '_base_/runtime.py']

import mmengine

rafdb = mmengine.Config.fromfile('{{ fileDirname }}/latent_ofer_fer_rafdb.py')
model, train_cfg, optim_wrapper, param_scheduler = rafdb.model, rafdb.train_cfg, rafdb.optim_wrapper, rafdb.param_scheduler
model.encoder.checkpoint = 'checkpoints/latent_ofer_mae_affectnet7.pth'
del rafdb

train_dataloader = dict(batch_size=128, dataset=dict(type='AffectNet', data_root='data/affectnet'))
val_dataloader = dict(dataset=dict(type='AffectNet', data_root='data/affectnet'))
test_dataloader = val_dataloader
