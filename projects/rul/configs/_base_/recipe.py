"""The published recipe of RUL: Adam at 2e-4, ten times that for the classifier, a factor of 0.9 per epoch, 60 epochs; mirroring or noise,
and erasing."""

train_cfg = dict(by_epoch=True, max_epochs=60, val_interval=1)
optim_wrapper = dict(
    optimizer=dict(type='Adam', lr=2e-4, weight_decay=1e-4), paramwise_cfg=dict(custom_keys={'head.fc': dict(lr_mult=10.0)})
)
param_scheduler = dict(type='ExponentialLR', gamma=0.9, by_epoch=True)

either = [
    [dict(type='RandomFlip', prob=1.0)],
    [dict(type='GaussianNoise', variance=30.0)],
]
noise_pipeline = [
    dict(type='LoadFace'),
    dict(type='RandomApply', transforms=[dict(type='RandomChoice', transforms=either)], prob=0.5),
    dict(type='Resize', scale=224, backend='pillow'),
    dict(type='RandomErasing', erase_prob=0.5, min_area_ratio=0.02, max_area_ratio=0.25, fill_color=(124, 116, 104)),
    dict(type='PackFace'),
]
del either
