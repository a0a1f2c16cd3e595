"""The image backbone of the small ORSANet alone, at 48 pixels, eight classes: the mean over the grid is classified."""

model = dict(
    type='ORSANet',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=8
    ),
    backbone=dict(type='IRNet', arch='ir_small', input_size=48),
    tokens=dict(type='GridTokens', in_channels=256, in_size=6, grid=6, embed_dims=256),
    head=dict(type='GatedLinearHead', num_classes=8, in_channels=256, loss=dict(type='CrossEntropyLoss', use_soft=True)),
)
