"""The published recipe for FERPlus: SGD at 0.1, a tenth of it at 30, 50 and 80 per cent of 60 epochs."""

train_cfg = dict(by_epoch=True, max_epochs=60, val_interval=1)
optim_wrapper = dict(optimizer=dict(type='SGD', lr=0.1, momentum=0.9, weight_decay=1e-4))
param_scheduler = dict(type='MultiStepLR', milestones=[18, 30, 48], gamma=0.1, by_epoch=True)

ran_pipeline = [
    dict(type='LoadFace'),
    dict(type='RandomFlip', prob=0.5),
    dict(type='Resize', scale=224, backend='pillow'),
    dict(type='PackFace'),
]
