"""FERPlus at its own 48 pixels for painters: training images in memory as one table, see FacePreprocessor; holes of whole 6 x 6 patches in
the tests.

Images that are also in the validation or test split are left out of training.
``objects`` and ``cutouts``: the hole is the area of a drawn occluder, or of a pasted one.
"""

data_root = 'data/fer2013'
grey = dict(type='RandomGrayscale', prob=1.0, keep_channels=True, channel_weights=(1, 2, 1))
occluded = [dict(type='DrawOccluders', face=(0.5, 0.54, 0.42), seed=0), grey, dict(type='OcclusionHole', grid=8)]
pasted = [dict(type='PasteOccluders', folder='data/occluders', seed=0), grey, dict(type='OcclusionHole', grid=8)]

train_dataloader = dict(
    batch_size=64,
    num_workers=0,
    drop_last=True,
    collate_fn=dict(type='whole_batch'),
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='ImageTable',
        dataset=dict(
            type='FERPlus',
            data_root=data_root,
            split='train',
            without=('val', 'test'),
            pipeline=[dict(type='LoadFace'), dict(type='PackFace')],
        ),
    ),
)
val_dataloader = dict(
    batch_size=50,
    num_workers=0,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='FERPlus',
        data_root=data_root,
        split='val',
        indices=1000,
        pipeline=[dict(type='LoadFace'), *occluded, dict(type='PackFace')],
    ),
)
test_dataloader = dict(
    batch_size=50,
    num_workers=0,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='FERPlus', data_root=data_root, split='test', indices=1000, pipeline=[dict(type='LoadFace'), dict(type='PackFace')]),
)
test_sets = dict(
    objects=dict(before_packing=occluded),
    cutouts=dict(before_packing=pasted),
    patches=dict(before_packing=[dict(type='PatchHole', grid=8, share=(0.3, 0.3), seed=0)]),
    strokes=dict(before_packing=[dict(type='FreeFormHole', share=(0.3, 0.3), seed=0)]),
)
val_evaluator = dict(type='InpaintingMetric')
test_evaluator = val_evaluator
val_cfg = dict(fp16=False)
test_cfg = dict()
del grey, occluded, pasted
