"""DAN on AffectNet, seven classes, with the published recipe: Adam at 1e-4, a factor of 0.6 per epoch, 10 epochs (65.69)."""

_base_ = ['_base_/dan.py', 'ofer::_base_/datasets/affectnet.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_dan', 'ofer.parent_names'])

moved = [
    dict(type='NumpyToPIL', to_rgb=False),
    dict(type='torchvision/RandomAffine', degrees=20, scale=(0.8, 1.0), translate=(0.2, 0.2)),
    dict(type='PILToNumpy', to_bgr=False),
]
train_pipeline = [
    dict(type='LoadFace'),
    dict(type='Resize', scale=224, backend='pillow'),
    dict(type='RandomFlip', prob=0.5),
    dict(type='RandomApply', transforms=moved, prob=0.7),
    dict(type='RandomErasing', erase_prob=0.5, min_area_ratio=0.02, max_area_ratio=0.25, fill_color=(124, 116, 104)),
    dict(type='PackFace'),
]
del moved
train_dataloader = dict(batch_size=256, dataset=dict(pipeline=train_pipeline))
train_cfg = dict(by_epoch=True, max_epochs=10, val_interval=1)
optim_wrapper = dict(optimizer=dict(type='Adam', lr=1e-4))
param_scheduler = dict(type='ExponentialLR', gamma=0.6, by_epoch=True)
