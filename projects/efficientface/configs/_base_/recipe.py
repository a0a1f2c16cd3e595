"""The published recipe of EfficientFace: SGD at 0.1, a tenth of it every 30 epochs, 100 epochs; random crops, mirrored or not."""

train_cfg = dict(by_epoch=True, max_epochs=100, val_interval=1)
optim_wrapper = dict(optimizer=dict(type='SGD', lr=0.1, momentum=0.9, weight_decay=1e-4))
param_scheduler = dict(type='StepLR', step_size=30, gamma=0.1, by_epoch=True)

crop_pipeline = [
    dict(type='LoadFace'),
    dict(type='RandomResizedCrop', scale=224, backend='pillow'),
    dict(type='RandomFlip', prob=0.5),
    dict(type='PackFace'),
]
