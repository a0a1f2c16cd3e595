"""A narrow ResNet-18 on drawn faces, with the loss of this project."""

custom_imports = dict(imports=['example_component'])  # registers PolyLoss
default_scope = 'ofer'

model = dict(
    type='ImageClassifier',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=7
    ),
    backbone=dict(type='ResNet', depth=18, stem_channels=32, base_channels=32),
    neck=dict(type='GlobalAveragePooling'),
    head=dict(type='LinearClsHead', num_classes=7, in_channels=256, loss=dict(type='PolyLoss', epsilon=1.0)),
)

train_dataloader = dict(
    batch_size=32,
    num_workers=1,
    persistent_workers=True,
    sampler=dict(type='ClassBalancedSampler'),
    dataset=dict(
        type='SyntheticFaces',
        split='train',
        size=64,
        length=2800,
        pipeline=[dict(type='LoadFace'), dict(type='FlipFace', prob=0.5), dict(type='PackFace')],
    ),
)
val_dataloader = dict(
    batch_size=50,
    num_workers=1,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='SyntheticFaces', split='val', size=64, length=350, pipeline=[dict(type='LoadFace'), dict(type='PackFace')]),
)
val_evaluator = dict(type='FERMetric')
val_cfg = dict()
test_dataloader, test_evaluator, test_cfg = val_dataloader, val_evaluator, val_cfg

train_cfg = dict(by_epoch=True, max_epochs=2, val_interval=1)
optim_wrapper = dict(optimizer=dict(type='AdamW', lr=1e-3, weight_decay=0.05))
randomness = dict(seed=0)
default_hooks = dict(checkpoint=dict(type='CheckpointHook', interval=1))
