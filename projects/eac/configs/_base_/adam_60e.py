"""The published recipe: Adam at 1e-4, a factor of 0.9 per epoch, 60 epochs; noise and erasing, and no mirroring."""

train_cfg = dict(by_epoch=True, max_epochs=60, val_interval=1)
optim_wrapper = dict(optimizer=dict(type='Adam', lr=1e-4, weight_decay=1e-4))
param_scheduler = dict(type='ExponentialLR', gamma=0.9, by_epoch=True)

eac_pipeline = [
    dict(type='LoadFace'),
    dict(type='GaussianNoise', variance=30, prob=0.5),
    dict(type='Resize', scale=224, backend='pillow'),
    dict(type='RandomErasing', erase_prob=0.5, min_area_ratio=0.02, max_area_ratio=0.25, fill_color=(124, 116, 104)),
    dict(type='PackFace'),
]
