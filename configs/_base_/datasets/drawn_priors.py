"""Drawn faces of 112 pixels, half of them occluded, with exact landmarks and parsing maps: for the priors."""

train_dataloader = dict(
    batch_size=32,
    num_workers=2,
    persistent_workers=True,
    drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='SyntheticFaces',
        split='train',
        size=112,
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
test_pipeline = [dict(type='LoadFace'), dict(type='PackFace')]
val_dataloader = dict(
    batch_size=50,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='SyntheticFaces', split='val', size=112, length=1050, occlusion=0.5, pipeline=test_pipeline),
)
test_dataloader = dict(
    batch_size=50,
    num_workers=2,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='SyntheticFaces', split='test', size=112, length=1050, occlusion=0.5, pipeline=test_pipeline),
)
val_cfg = dict()
test_cfg = dict()
