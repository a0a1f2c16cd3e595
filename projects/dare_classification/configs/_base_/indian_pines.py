"""Indian Pines (145 x 145 pixels), 200 bands, 16 classes: data/scenes/indian_pines.mat with input, TR and TE; patches of 7 x 7 pixels.

The scenes have no validation split: as in the published work, the test map serves for both, and the last epoch counts.
"""

data_root = 'data/scenes'
pipeline = [dict(type='PackSpectrum', group=3)]

train_dataloader = dict(
    batch_size=64,
    num_workers=0,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='HyperspectralScene',
        data_root=data_root,
        file='indian_pines.mat',
        scene='indian_pines',
        split='train',
        patch=7,
        pipeline=pipeline,
    ),
)
val_dataloader = dict(
    batch_size=64,
    num_workers=0,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='HyperspectralScene',
        data_root=data_root,
        file='indian_pines.mat',
        scene='indian_pines',
        split='test',
        patch=7,
        pipeline=pipeline,
    ),
)
test_dataloader = val_dataloader
val_evaluator = dict(type='SceneMetric')
test_evaluator = val_evaluator
val_cfg = dict()
test_cfg = dict()
