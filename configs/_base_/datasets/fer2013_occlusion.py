"""FER2013's faces for detectors of occlusion: trained on 4,000 of the training faces as they are, tested on 1,000 of the test faces, half
of them with a cut-out (RGBA) from data/occluders. Some faces of FER2013 itself are occluded; there are no labels for this.

Images keep their 48 pixels here, and detectors enlarge them: an object pasted over an enlarged face would be sharper than the face, which
would reveal it, unlike in a photograph.
"""

data_root = 'data/fer2013'
grey = dict(type='RandomGrayscale', prob=1.0, keep_channels=True, channel_weights=(1, 2, 1))
# otherwise colour alone would distinguish the objects from the grey faces of FER2013; and with weights other than halves and quarters,
# rounding would distinguish converted pictures from grey ones
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
