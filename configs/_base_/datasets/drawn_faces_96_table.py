"""Drawn faces of 96 pixels in memory as one table: drawn once by two processes, for trainings that augment whole batches."""

pipeline = [dict(type='LoadFace'), dict(type='PackFace')]
drop = ('gt_parsing', 'gt_landmarks', 'gt_occlusion')

train_dataloader = dict(
    batch_size=128,
    num_workers=0,
    drop_last=True,
    collate_fn=dict(type='whole_batch'),
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='ImageTable',
        workers=2,
        drop=drop,
        dataset=dict(type='SyntheticFaces', split='train', size=96, length=21000, pipeline=pipeline),
    ),
)
val_dataloader = dict(
    batch_size=50,
    num_workers=1,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='SyntheticFaces', split='val', size=96, length=350, pipeline=pipeline),
)
test_dataloader = dict(
    batch_size=50,
    num_workers=1,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='SyntheticFaces', split='test', size=96, length=700, pipeline=pipeline),
)
test_sets = dict(clean=dict(), occluded=dict(occlusion=1.0))
val_evaluator = dict(type='FERMetric')
test_evaluator = val_evaluator
val_cfg = dict()
test_cfg = dict()
