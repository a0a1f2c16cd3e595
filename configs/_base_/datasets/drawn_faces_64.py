"""Drawn faces of 64 pixels: training, validation, and test sets without and with black blocks."""

train_dataloader = dict(
    batch_size=32,
    num_workers=1,
    persistent_workers=True,
    sampler=dict(type='ClassBalancedSampler'),
    dataset=dict(
        type='SyntheticFaces',
        split='train',
        size=64,
        length=1750,
        pipeline=[
            dict(type='LoadFace'),
            dict(type='FlipFace', prob=0.5),
            dict(type='RandomErasing', erase_prob=0.5, min_area_ratio=0.02, max_area_ratio=0.1, mode='rand'),
            dict(type='PackFace'),
        ],
    ),
)
val_dataloader = dict(
    batch_size=50,
    num_workers=1,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='SyntheticFaces', split='val', size=64, length=350, pipeline=[dict(type='LoadFace'), dict(type='PackFace')]),
)
test_dataloader = dict(
    batch_size=50,
    num_workers=1,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='SyntheticFaces', split='test', size=64, length=700, pipeline=[dict(type='LoadFace'), dict(type='PackFace')]),
)
test_sets = dict(
    clean=dict(),
    blocks_10_black=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.1)]),
    blocks_20_black=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.2)]),
    blocks_30_black=dict(before_packing=[dict(type='BlockOcclusion', ratio=0.3)]),
)
val_evaluator = dict(type='FERMetric')
test_evaluator = val_evaluator
val_cfg = dict()
test_cfg = dict()
