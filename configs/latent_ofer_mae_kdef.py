"""Masked autoencoder of the published size on KDEF (fold 0 of 10, by person, validates): as latent_ofer_mae_rafdb.py. Not trained by us."""

_base_ = ['latent_ofer_mae_rafdb.py']

train_dataloader = dict(dataset=dict(type='KDEF', data_root='data/kdef', fold=0))
