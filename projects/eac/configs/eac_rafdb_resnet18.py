"""EAC with the ResNet-18 of MS-Celeb-1M on RAF-DB, with its published recipe: twice the rate (89.99)."""

_base_ = ['_base_/eac.py', '_base_/adam_60e.py', 'ofer::_base_/datasets/rafdb.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_eac', 'ofer.parent_names'])

pretrained = dict(type='Pretrained', checkpoint='checkpoints/msceleb_resnet18.pth')  # by ofer convert msceleb_resnet18
model = dict(backbone=dict(_delete_=True, type='ResNet', depth=18, init_cfg=pretrained), head=dict(in_channels=512))
del pretrained

train_dataloader = dict(sampler=dict(_delete_=True, type='DefaultSampler', shuffle=True), dataset=dict(pipeline=_base_.eac_pipeline))
optim_wrapper = dict(optimizer=dict(lr=2e-4))
