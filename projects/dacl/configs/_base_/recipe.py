"""The published recipe of DACL: SGD at 0.01, a tenth of it every 20 epochs; one of five crops, mirrored or not. Tests use the middle."""

train_cfg = dict(by_epoch=True, max_epochs=60, val_interval=1)
optim_wrapper = dict(optimizer=dict(type='SGD', lr=0.01, momentum=0.9, weight_decay=5e-4))
param_scheduler = dict(type='StepLR', step_size=20, gamma=0.1, by_epoch=True)

five_crop_pipeline = [
    dict(type='LoadFace'),
    dict(type='Resize', scale=256, backend='pillow'),
    dict(type='OneOfFiveCrops', crop_size=224),
    dict(type='RandomFlip', prob=0.5),
    dict(type='PackFace'),
]
middle_pipeline = [
    dict(type='LoadFace'),
    dict(type='Resize', scale=256, backend='pillow'),
    dict(type='CenterCrop', crop_size=224),
    dict(type='PackFace'),
]
