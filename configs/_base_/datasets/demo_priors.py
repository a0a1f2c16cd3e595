"""Drawn faces of 64 pixels, half of them occluded: for the priors of `make demo-train`, which are tested on their validation set."""

train_dataloader = dict(
    batch_size=16,
    num_workers=1,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='SyntheticFaces',
        split='train',
        size=64,
        length=1400,
        occlusion=0.5,
        pipeline=[dict(type='LoadFace'), dict(type='FlipFace', prob=0.5), dict(type='PackFace')],
    ),
)
val_dataloader = dict(
    batch_size=50,
    num_workers=1,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='SyntheticFaces', split='val', size=64, length=350, occlusion=0.5, pipeline=[dict(type='LoadFace'), dict(type='PackFace')]
    ),
)
val_cfg = dict()
test_dataloader, test_cfg = val_dataloader, val_cfg
