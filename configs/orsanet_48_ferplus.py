"""ORSANet at 48 pixels on FERPlus, from scratch: the image backbone of ir48_ferplus.py, with both priors, MCM and DARELoss.

The landmark prior is the network of configs/priors/mobilefacenet_quarter_fer2013.py, the parsing prior that of
configs/priors/segface_mobilenet_fer2013.py; both were trained under occlusion, on grey faces of 96 pixels.
"""

_base_ = ['_base_/models/ir48.py', '_base_/datasets/ferplus_48_table.py', '_base_/schedules/sgd_linear.py', '_base_/runtime.py']

votes = dict(type='CrossEntropyLoss', use_soft=True)
model = dict(
    parsing_prior=dict(
        type='ParsingPrior',
        network=dict(type='SegFace', encoder='mobilenet_v3_large'),
        input_format=dict(size=96),
        stage=2,
        checkpoint='checkpoints/segface_mobilenet_fer2013.pth',
    ),
    guidance=dict(type='SSGM', channels=256, semantic_channels=112, hidden=64),
    landmark_prior=dict(
        type='LandmarkPrior',
        network=dict(type='MobileFaceNet', input_size=96, width=0.25),
        input_format=dict(size=96, channel_order='grey'),
        checkpoint='checkpoints/mobilefacenet_quarter_fer2013.pth',
    ),
    interaction=dict(type='MCM', size=2, embed_dims=256, landmark_channels=128, grid=6),
    head=dict(
        loss=dict(
            _delete_=True,
            type='ScheduledLoss',
            phases=[dict(epochs=10, terms=[votes]), dict(terms=[votes, dict(type='DARELoss', loss_weight=0.1)])],
        ),
    ),
)
del votes
train_dataloader = dict(dataset=dict(dataset=dict(labels='soft', least_votes=2)))
