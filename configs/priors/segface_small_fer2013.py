"""The face parser of segface_mobilenet_fer2013.py with a tenth of its parameters: the parser of the package, and the parsing prior of
orsanet_slim_ferplus.py.

First:
    ofer prepare landmarks configs/priors/segface_small_fer2013.py checkpoints/mobilefacenet.pth data/fer2013_landmarks.npz
Cut-outs of objects (RGBA) are in data/occluders. Landmarks do not contain hair: it is background.
"""

_base_ = ['../_base_/models/segface_mobilenet.py', '../_base_/runtime.py']

model = dict(network=dict(encoder='mobilenet_v3_small', width=80))

num_iters = 600
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

train_cfg = dict(by_epoch=False, max_iters=num_iters, val_interval=num_iters)
optim_wrapper = dict(
    optimizer=dict(type='AdamW', lr=2e-3, weight_decay=0.01),
    clip_grad=dict(max_norm=5.0),
)
param_scheduler = dict(type='OneCycleLR', eta_max=2e-3, total_steps=num_iters, by_epoch=False, pct_start=0.1)
custom_hooks = [dict(type='ChannelsLastHook')]
default_hooks = dict(checkpoint=dict(by_epoch=False, interval=num_iters, save_best='mean_iou'))
log_processor = dict(by_epoch=False)
