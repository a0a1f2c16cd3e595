"""As ir48.py, with a narrower last stage and head: small enough to be shipped with both priors of ORSANet around it."""

model = dict(
    type='ORSANet',
    data_preprocessor=dict(type='FacePreprocessor', mean=[127.5, 127.5, 127.5], std=[127.5, 127.5, 127.5], num_classes=8),
    backbone=dict(
        type='IRNet',
        arch=dict(stem=16, units=(1, 2, 2, 2), channels=(16, 64, 128, 144), strides=(1, 2, 2, 2), plain=True),  # ir_48, last stage narrower
        input_size=48,
        out_stages=(2, 3),
    ),
    tokens=dict(type='GridTokens', in_channels=144, in_size=6, grid=6, embed_dims=128),
    head=dict(type='GatedLinearHead', num_classes=8, in_channels=128, loss=dict(type='CrossEntropyLoss', use_soft=True)),
    occlusion_head=dict(type='OcclusionMapHead', in_channels=(128, 144), grid=12),
)
