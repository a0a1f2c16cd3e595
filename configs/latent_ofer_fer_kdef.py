"""Latent-OFER's recognition network on KDEF (fold 0 of 10, by person, validates): as latent_ofer_fer_rafdb.py. Not trained by us."""

_base_ = ['latent_ofer_fer_rafdb.py']

model = dict(encoder=dict(checkpoint='checkpoints/latent_ofer_mae_kdef.pth'))
train_dataloader = dict(dataset=dict(type='KDEF', data_root='data/kdef', fold=0))
val_dataloader = dict(dataset=dict(type='KDEF', data_root='data/kdef', fold=0, split='val'))
test_dataloader = dict(dataset=dict(type='KDEF', data_root='data/kdef', fold=0, split='val'))
test_sets = dict(_delete_=True, test=dict(), blocks_10=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.1)]))
