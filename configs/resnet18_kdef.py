"""ResNet-18, mmpretrain's unchanged, on KDEF (fold 0 of 10, by person, validates): the baseline.

The semantic term of latent_ofer_inpainter_kdef.py asks it too. Not trained by us.
"""

_base_ = ['resnet18_rafdb.py']

train_dataloader = dict(dataset=dict(type='KDEF', data_root='data/kdef', fold=0))
val_dataloader = dict(dataset=dict(type='KDEF', data_root='data/kdef', fold=0, split='val'))
test_dataloader = dict(dataset=dict(type='KDEF', data_root='data/kdef', fold=0, split='val'))
test_sets = dict(_delete_=True, test=dict(), blocks_10=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.1)]))
