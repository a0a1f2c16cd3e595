"""ResNet-18, mmpretrain's unchanged, on AffectNet, seven classes: the baseline.

The semantic term of latent_ofer_inpainter_affectnet7.py asks it too. Not trained by us.
"""

_base_ = ['resnet18_rafdb.py']

train_dataloader = dict(dataset=dict(type='AffectNet', data_root='data/affectnet'))
val_dataloader = dict(dataset=dict(type='AffectNet', data_root='data/affectnet', split='val'))
test_dataloader = dict(dataset=dict(type='AffectNet', data_root='data/affectnet', split='val'))
test_sets = dict(_delete_=True, test=dict(), blocks_10=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.1)]))
