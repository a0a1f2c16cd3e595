"""Hybrid reconstruction at its published size on AffectNet, seven classes: as latent_ofer_inpainter_rafdb.py. Not trained by us."""

_base_ = ['latent_ofer_inpainter_rafdb.py']

model = dict(
    coarse=dict(checkpoint='checkpoints/latent_ofer_mae_affectnet7.pth'),
    semantic=dict(checkpoint='checkpoints/resnet18_affectnet7.pth'),
)
train_dataloader = dict(dataset=dict(type='AffectNet', data_root='data/affectnet'))
val_dataloader = dict(dataset=dict(type='AffectNet', data_root='data/affectnet', split='val'))
test_dataloader = dict(dataset=dict(type='AffectNet', data_root='data/affectnet', split='val'))
