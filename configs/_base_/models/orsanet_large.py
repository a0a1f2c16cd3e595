"""ORSANet (large): IR50, Swin-B's parsing features, MobileFaceNet's landmark features. 50.2 M trained parameters, 92.0 M frozen.

Weights: checkpoints/{ir50,mobilefacenet,segface_swin_base}.pth, written by ofer convert from the published files.
"""

model = dict(
    type='ORSANet',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=7
    ),
    backbone=dict(type='IRNet', arch='ir50', input_size=112, checkpoint='checkpoints/ir50.pth'),
    tokens=dict(type='GridTokens', in_channels=256, in_size=14, grid=7, embed_dims=512),
    parsing_prior=dict(
        type='ParsingPrior', network=dict(type='SegFace', encoder='swin_base'), checkpoint='checkpoints/segface_swin_base.pth'
    ),
    guidance=dict(type='SSGM', channels=512, semantic_channels=1024),
    landmark_prior=dict(type='LandmarkPrior', network=dict(type='MobileFaceNet'), checkpoint='checkpoints/mobilefacenet.pth'),
    interaction=dict(type='MCM', size='large', embed_dims=512, landmark_channels=512, grid=7),
    head=dict(
        type='GatedLinearHead',
        num_classes=7,
        in_channels=512,
        loss=dict(
            type='ScheduledLoss',
            phases=[
                dict(
                    epochs=5,
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
