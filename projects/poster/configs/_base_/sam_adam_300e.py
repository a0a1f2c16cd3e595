"""The published recipe for RAF-DB: SAM over Adam, 4e-5, a factor of 0.98 per epoch, 300 epochs, seed 123; and its augmentation."""

train_cfg = dict(by_epoch=True, max_epochs=300, val_interval=1)
optim_wrapper = dict(type='SAMOptimWrapper', rho=0.05, optimizer=dict(type='Adam', lr=4e-5))
param_scheduler = dict(type='ExponentialLR', gamma=0.98, by_epoch=True)

mirror_or_noise = dict(type='RandomChoice', transforms=[[dict(type='RandomFlip', prob=1.0)], [dict(type='GaussianNoise', variance=30)]])
poster_pipeline = [
    dict(type='LoadFace'),
    dict(type='RandomApply', transforms=[mirror_or_noise], prob=0.5),
    dict(type='RandomFlip', prob=0.5),
    dict(type='Resize', scale=224, backend='pillow'),
    dict(type='RandomErasing', erase_prob=0.5, min_area_ratio=0.02, max_area_ratio=0.1, fill_color=(124, 116, 104)),
    dict(type='PackFace'),
]
del mirror_or_noise
