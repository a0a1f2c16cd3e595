"""POSTER (large): IR50 and the features of a frozen MobileFaceNet, fused in both directions; seven classes.

Weights: checkpoints/{ir50,mobilefacenet}.pth, written by `ofer convert` from the published files. To train from scratch, set
model.backbone.checkpoint=None.
"""

model = dict(
    type='ORSANet',
    data_preprocessor=dict(type='FacePreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], num_classes=7),
    backbone=dict(type='IRNet', arch='ir50', input_size=112, checkpoint='checkpoints/ir50.pth'),
    tokens=dict(type='GridTokens', in_channels=256, in_size=14, grid=7, embed_dims=512, layout='published'),
    landmark_prior=dict(
        type='LandmarkPrior',
        network=dict(type='MobileFaceNet'),
        # the image that the backbone sees, as published; MobileFaceNet itself was trained on pixels in [0, 1]
        input_format=dict(size=112, mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225], channel_order='rgb', interpolation='nearest'),
        checkpoint='checkpoints/mobilefacenet.pth',
    ),
    interaction=dict(type='TwoWayMCM', size='large', embed_dims=512, landmark_channels=512, grid=7, query_projection=False),
    head=dict(
        type='GatedLinearHead',
        num_classes=7,
        in_channels=512,
        loss=dict(
            type='ScheduledLoss',
            phases=[
                dict(
                    terms=[
                        dict(type='CrossEntropyLoss'),
                        dict(type='LabelSmoothLoss', label_smooth_val=0.2, mode='original', loss_weight=2.0),
                    ]
                )
            ],
        ),
    ),
)
