"""The ORSANet of the package: the image backbone of ir_slim_ferplus.py, with both priors, MCM and DARELoss, from scratch.

The landmark prior is the network of configs/priors/mobilefacenet_quarter_fer2013.py, the parsing prior that of
configs/priors/segface_small_fer2013.py; both were trained under occlusion, on grey faces of 96 pixels.
Three wide networks teach it, see _base_/augmentations/taught_by_wide.py.
"""

_base_ = [
    '_base_/models/ir_slim.py',
    '_base_/augmentations/taught_by_wide.py',
    '_base_/datasets/ferplus_48_table.py',
    '_base_/schedules/muon_linear.py',
    '_base_/runtime.py',
]

votes = dict(type='CrossEntropyLoss', use_soft=True)
model = dict(
    data_preprocessor=dict(augmentations=_base_.taught),
    parsing_prior=dict(
        type='ParsingPrior',
        network=dict(type='SegFace', encoder='mobilenet_v3_small', width=80),
        input_format=dict(size=96),
        stage=2,
        checkpoint='checkpoints/segface_small_fer2013.pth',
    ),
    guidance=dict(type='SSGM', channels=128, semantic_channels=48, hidden=32),
    landmark_prior=dict(
        type='LandmarkPrior',
        network=dict(type='MobileFaceNet', input_size=96, width=0.25),
        input_format=dict(size=96, channel_order='grey'),
        checkpoint='checkpoints/mobilefacenet_quarter_fer2013.pth',
    ),
    interaction=dict(type='MCM', size=2, embed_dims=128, landmark_channels=128, grid=6),
    head=dict(
        loss=dict(
            _delete_=True,
            type='ScheduledLoss',
            phases=[dict(terms=[votes, dict(type='DARELoss', loss_weight=0.1)])],
        ),
    ),
)
del votes
train_dataloader = dict(dataset=dict(dataset=dict(labels='soft', least_votes=2)))
