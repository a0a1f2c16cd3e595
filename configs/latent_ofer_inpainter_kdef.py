"""Hybrid reconstruction at its published size on KDEF (fold 0 of 10, by person, validates): as latent_ofer_inpainter_rafdb.py. Not trained by us."""

_base_ = ['latent_ofer_inpainter_rafdb.py']

model = dict(
    coarse=dict(checkpoint='checkpoints/latent_ofer_mae_kdef.pth'),
    semantic=dict(checkpoint='checkpoints/resnet18_kdef.pth'),
)
train_dataloader = dict(dataset=dict(type='KDEF', data_root='data/kdef', fold=0))
val_dataloader = dict(dataset=dict(type='KDEF', data_root='data/kdef', fold=0, split='val'))
test_dataloader = dict(dataset=dict(type='KDEF', data_root='data/kdef', fold=0, split='val'))
