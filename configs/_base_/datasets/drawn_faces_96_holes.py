"""Drawn faces of 96 pixels for painters: drawn once by two processes and in memory as one table; holes of whole 8 x 8 patches in the tests.

``objects``: the hole is the area of a drawn occluder.
"""

occluded = [dict(type='DrawOccluders', seed=0), dict(type='OcclusionHole', grid=12)]

train_dataloader = dict(
    batch_size=128,
    num_workers=0,
    drop_last=True,
    collate_fn=dict(type='whole_batch'),
    sampler=dict(type='InfiniteSampler', shuffle=True),
    dataset=dict(
        type='ImageTable',
        workers=2,
        drop=('gt_parsing', 'gt_landmarks', 'gt_occlusion'),
        dataset=dict(type='SyntheticFaces', split='train', size=96, length=21000, pipeline=[dict(type='LoadFace'), dict(type='PackFace')]),
    ),
)
val_dataloader = dict(
    batch_size=50,
    num_workers=1,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='SyntheticFaces', split='val', size=96, length=350, pipeline=[dict(type='LoadFace'), *occluded, dict(type='PackFace')]
    ),
)
test_dataloader = dict(
    batch_size=50,
    num_workers=1,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='SyntheticFaces', split='test', size=96, length=700, pipeline=[dict(type='LoadFace'), dict(type='PackFace')]),
)
test_sets = dict(
    objects=dict(before_packing=occluded),
    patches=dict(before_packing=[dict(type='PatchHole', grid=12, share=(0.3, 0.3), seed=0)]),
    strokes=dict(before_packing=[dict(type='FreeFormHole', share=(0.3, 0.3), seed=0)]),
)
val_evaluator = dict(type='InpaintingMetric')
test_evaluator = val_evaluator
val_cfg = dict()
test_cfg = dict()
del occluded
