"""SegFace with MobileNet-V3 on drawn faces, half of them occluded: a small parsing prior for those who have no published weights."""

_base_ = ['_base_/runtime.py']

num_epochs = 10
size = 112

model = dict(
    type='FaceParser',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
    network=dict(type='SegFace', encoder='mobilenet_v3_large'),
    loss=dict(type='ParsingLoss', dice_weight=3.0),
)

train_dataloader = dict(
    batch_size=16,  # many small steps: at 32 the small classes come out later by far
    num_workers=2,
    persistent_workers=True,
    drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='SyntheticFaces',
        split='train',
        size=size,
        length=10500,
        occlusion=0.5,
        pipeline=[
            dict(type='LoadFace'),
            dict(type='FlipFace', prob=0.5),
            dict(type='ColorJitter', brightness=0.3, contrast=0.3),
            dict(type='PackFace'),
        ],
    ),
)
val_dataloader = dict(
    batch_size=50,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='SyntheticFaces', split='val', size=size, length=1050, occlusion=0.5, pipeline=[dict(type='LoadFace'), dict(type='PackFace')]
    ),
)
test_dataloader = dict(
    batch_size=50,
    num_workers=2,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='SyntheticFaces', split='test', size=size, length=1050, occlusion=0.5, pipeline=[dict(type='LoadFace'), dict(type='PackFace')]
    ),
)
val_evaluator = dict(type='ParsingMetric')
test_evaluator = val_evaluator
val_cfg = dict()
test_cfg = dict()

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=1)
optim_wrapper = dict(
    optimizer=dict(type='AdamW', lr=2e-3, weight_decay=0.01),
    clip_grad=dict(max_norm=5.0),
)
param_scheduler = [
    dict(type='LinearLR', start_factor=0.1, by_epoch=True, end=1, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=True, begin=1, end=num_epochs, convert_to_iter_based=True),
]
custom_hooks = [dict(type='ChannelsLastHook')]
default_hooks = dict(checkpoint=dict(save_best='mean_iou'))
