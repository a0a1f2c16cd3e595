"""SegFace with MobileNet-V3: a small face parser of 7.0 M parameters, 11 classes."""

model = dict(
    type='FaceParser',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
    network=dict(type='SegFace', encoder='mobilenet_v3_large'),
    loss=dict(type='ParsingLoss', dice_weight=3.0),
)
