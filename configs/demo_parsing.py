"""`make demo`, second step: a face parser on drawn faces, half of them occluded. It becomes the semantic prior of demo_orsanet.py."""

_base_ = ['_base_/runtime.py']

work_dir = 'work_dirs/demo/parsing'
num_epochs = 2
size = 64

model = dict(
    type='FaceParser',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
    network=dict(type='SegFace', encoder='mobilenet_v3_large'),
    loss=dict(type='ParsingLoss', dice_weight=3.0),
)

train_dataloader = dict(
    batch_size=8,
    num_workers=1,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='SyntheticFaces',
        split='train',
        size=size,
        length=1400,
        occlusion=0.5,
        pipeline=[
            dict(type='LoadFace'),
            dict(type='FlipFace', prob=0.5),
            dict(type='PackFace'),
        ],
    ),
)
val_dataloader = dict(
    batch_size=50,
    num_workers=1,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='SyntheticFaces', split='val', size=size, length=350, occlusion=0.5, pipeline=[dict(type='LoadFace'), dict(type='PackFace')]
    ),
)
val_evaluator = dict(type='ParsingMetric')
val_cfg = dict()
test_dataloader, test_evaluator, test_cfg = val_dataloader, val_evaluator, dict()

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=num_epochs)
optim_wrapper = dict(optimizer=dict(type='AdamW', lr=2e-3, weight_decay=0.01), clip_grad=dict(max_norm=5.0))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.1, by_epoch=True, end=0.2, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=True, begin=0.2, end=num_epochs, convert_to_iter_based=True),
]
custom_hooks = [dict(type='ChannelsLastHook')]
default_hooks = dict(logger=dict(interval=20), checkpoint=dict(save_best=None))
