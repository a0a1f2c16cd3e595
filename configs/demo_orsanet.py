"""`make demo-train`, third step: a small ORSANet on drawn faces, with the priors of demo_landmarks.py and demo_parsing.py."""

_base_ = ['_base_/datasets/drawn_faces_64.py', '_base_/schedules/adamw_onecycle.py', '_base_/runtime.py']

work_dir = 'work_dirs/demo_train/orsanet'
size = 64

model = dict(
    type='ORSANet',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=7
    ),
    backbone=dict(type='IRNet', arch=dict(stem=16, units=(1, 1, 2), channels=(32, 64, 128)), input_size=size),
    tokens=dict(type='GridTokens', in_channels=128, in_size=8, grid=4, embed_dims=256),
    parsing_prior=dict(
        type='ParsingPrior',
        network=dict(type='SegFace', encoder='mobilenet_v3_large'),
        input_format=dict(size=size),
        stage=2,
        checkpoint='work_dirs/demo_train/parsing/epoch_2.pth',
    ),
    guidance=dict(type='SSGM', channels=256, semantic_channels=112, hidden=64),
    landmark_prior=dict(
        type='LandmarkPrior',
        network=dict(type='MobileFaceNet', input_size=size),
        input_format=dict(size=size, channel_order='rgb'),
        checkpoint='work_dirs/demo_train/landmarks/epoch_2.pth',
    ),
    interaction=dict(type='MCM', size=2, embed_dims=256, landmark_channels=512, grid=4),
    head=dict(
        type='GatedLinearHead',
        num_classes=7,
        in_channels=256,
        loss=dict(
            type='ScheduledLoss',
            phases=[
                dict(
                    epochs=1,
                    terms=[
                        dict(type='CrossEntropyLoss'),
                        dict(type='LabelSmoothLoss', label_smooth_val=0.2, mode='original', loss_weight=2.0),
                    ],
                ),
                dict(terms=[dict(type='CrossEntropyLoss'), dict(type='DARELoss', loss_weight=0.1)]),
            ],
        ),
    ),
)

# Without SAM, which takes two passes per step: the time is ten minutes on two cores. ResNet-18 is trained without it, too.
train_cfg = dict(max_epochs=3)
param_scheduler = dict(total_steps=3)
default_hooks = dict(logger=dict(interval=20), checkpoint=dict(save_best=None))
