"""Latent-OFER's recognition network on AffectNet, seven classes: as latent_ofer_fer_rafdb.py. Not trained by us."""

_base_ = ['latent_ofer_fer_rafdb.py']

model = dict(encoder=dict(checkpoint='checkpoints/latent_ofer_mae_affectnet7.pth'))
train_dataloader = dict(dataset=dict(type='AffectNet', data_root='data/affectnet'))
val_dataloader = dict(dataset=dict(type='AffectNet', data_root='data/affectnet', split='val'))
test_dataloader = dict(dataset=dict(type='AffectNet', data_root='data/affectnet', split='val'))
test_sets = dict(_delete_=True, test=dict(), blocks_10=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.1)]))
