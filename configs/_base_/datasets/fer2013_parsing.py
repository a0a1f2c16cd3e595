"""FER2013 at 96 pixels for face parsers: the maps are polygons of landmarks, and pasted objects are background."""

size = 96
data_root = 'data/fer2013'

labels = [
    dict(type='LoadFace'),
    dict(type='LoadLandmarks', file='data/fer2013_landmarks.npz'),
    dict(type='Resize', scale=size, backend='pillow'),
    dict(type='LandmarksToParsing'),
]
grey = dict(
    type='RandomGrayscale', prob=1.0, keep_channels=True, channel_weights=(1, 2, 1)
)  # otherwise colour alone would reveal the objects
train_dataloader = dict(
    batch_size=16,
    num_workers=1,
    persistent_workers=True,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='InfiniteSampler', shuffle=True),
    dataset=dict(
        type='FER2013',
        data_root=data_root,
        split='train',
        pipeline=[
            *labels,
            dict(type='FlipFace', prob=0.5),
            dict(type='PasteOccluders', folder='data/occluders', prob=0.6, number=(1, 2), scale=(0.25, 0.8)),
            grey,
            dict(type='PackFace'),
        ],
    ),
)
val_dataloader = dict(
    batch_size=64,
    num_workers=1,
    persistent_workers=True,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='FER2013',
        data_root=data_root,
        split='val',
        pipeline=[
            *labels,
            dict(type='PasteOccluders', folder='data/occluders', prob=0.6, scale=(0.25, 0.8), seed=0),
            grey,
            dict(type='PackFace'),
        ],
    ),
)
val_evaluator = dict(type='ParsingMetric')
val_cfg = dict()
test_dataloader, test_evaluator, test_cfg = val_dataloader, val_evaluator, dict()
