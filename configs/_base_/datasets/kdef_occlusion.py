"""KDEF's faces from all five views, which nothing covers: the paper's training set of the occlusion detector.

Get the data from its authors, for research, and put or link it to data/kdef: AF01/AF01AFS.JPG and so on. The images are 562 x 762 pixels
with hair and shoulders: crop the faces first. Fold 0 of 10, by person, is the validation split; cut-outs (RGBA) from data/occluders are
pasted over half of its faces.
"""

data_root = 'data/kdef'
train_dataloader = dict(
    batch_size=32,
    num_workers=4,
    persistent_workers=True,
    drop_last=True,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='KDEF',
        data_root=data_root,
        split='train',
        fold=0,
        pipeline=[
            dict(type='LoadFace'),
            dict(type='RandomFlip', prob=0.5),
            dict(type='Resize', scale=224, backend='pillow'),
            dict(type='PackFace'),
        ],
    ),
)
val_dataloader = dict(
    batch_size=32,
    num_workers=4,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='KDEF',
        data_root=data_root,
        split='val',
        fold=0,
        pipeline=[
            dict(type='LoadFace'),
            dict(type='Resize', scale=224, backend='pillow'),
            dict(type='PasteOccluders', folder='data/occluders', prob=0.5, seed=0),
            dict(type='PackFace'),
        ],
    ),
)
test_sets = dict(objects=dict())
val_evaluator = dict(type='OcclusionMetric')
val_cfg = dict()
test_dataloader, test_evaluator, test_cfg = val_dataloader, val_evaluator, val_cfg
