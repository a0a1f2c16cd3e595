"""Masked autoencoder of the published size on AffectNet, seven classes: as latent_ofer_mae_rafdb.py. Not trained by us."""

_base_ = ['latent_ofer_mae_rafdb.py']

train_dataloader = dict(dataset=dict(type='AffectNet', data_root='data/affectnet'))
