"""Drawn faces of 64 pixels for detectors of occlusion: none occluded in training, half of them in the tests; also one test per kind.

Hyperparameters are chosen on the validation set. The test set has a seed of its own and contains other people.
"""

train_dataloader = dict(
    batch_size=32,
    num_workers=1,
    persistent_workers=True,
    drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='SyntheticFaces',
        split='train',
        size=64,
        length=2450,
        keep=True,
        pipeline=[dict(type='LoadFace'), dict(type='FlipFace', prob=0.5), dict(type='PackFace')],
    ),
)
val_dataloader = dict(
    batch_size=50,
    num_workers=1,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='SyntheticFaces',
        split='val',
        size=64,
        length=140,
        occlusion=0.5,
        pipeline=[dict(type='LoadFace'), dict(type='PackFace')],
    ),
)
test_dataloader = dict(
    batch_size=50,
    num_workers=1,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='SyntheticFaces',
        split='test',
        seed=2026,
        size=64,
        length=350,
        occlusion=0.5,
        pipeline=[dict(type='LoadFace'), dict(type='PackFace')],
    ),
)
test_sets = dict(
    all_kinds=dict(),
    mask=dict(occluders=['mask'], length=105),
    sunglasses=dict(occluders=['sunglasses'], length=105),
    hand=dict(occluders=['hand'], length=105),
    hair=dict(occluders=['hair'], length=105),
    cup=dict(occluders=['cup'], length=105),
    shape=dict(occluders=['shape'], length=105),
)
val_evaluator = dict(type='OcclusionMetric')
test_evaluator = val_evaluator
val_cfg = dict()
test_cfg = dict()
