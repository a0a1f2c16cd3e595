"""FER2013's faces for detectors of occlusion: trained on 4,000 of the training faces as they are, tested on 1,000 of the test faces, half
of them with a cut-out (RGBA) from data/occluders. Some of FER2013's own faces are occluded, and nothing says which.

Pictures stay at their own 48 pixels here, and detectors enlarge them: what is pasted over a face that was enlarged before is sharper than
the face, which tells it from any face and would not in a photograph.
"""

data_root = 'data/fer2013'
grey = dict(type='RandomGrayscale', prob=1.0, keep_channels=True, channel_weights=(1, 2, 1))
# or colour alone would tell the objects from FER2013's grey faces; and with other weights than halves and quarters, rounding would tell a
# picture that was made grey from one that is
train_dataloader = dict(
    batch_size=32,
    num_workers=1,
    persistent_workers=True,
    drop_last=True,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='FER2013',
        data_root=data_root,
        split='train',
        indices=4000,
        pipeline=[dict(type='LoadFace'), dict(type='RandomFlip', prob=0.5), dict(type='PackFace')],
    ),
)
objects = [
    dict(type='LoadFace'),
    dict(type='PasteOccluders', folder='data/occluders', prob=0.5, seed=0),
    grey,
    dict(type='PackFace'),
]
val_dataloader = dict(
    batch_size=50,
    num_workers=1,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='FER2013', data_root=data_root, split='val', indices=500, pipeline=objects),
)
test_dataloader = dict(
    batch_size=50,
    num_workers=1,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='FER2013', data_root=data_root, split='test', indices=1000, pipeline=objects),
)
val_evaluator = dict(type='OcclusionMetric')
test_evaluator = val_evaluator
val_cfg = dict()
test_cfg = dict()
