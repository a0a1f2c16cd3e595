"""The teacher of EfficientFace, its label distribution generator: ResNet-50, seven classes. It starts at random.

For a pretrained start set model.backbone.init_cfg=dict(type='Pretrained', checkpoint=..., prefix='backbone').
"""

model = dict(
    type='ImageClassifier',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=7
    ),
    backbone=dict(type='ResNet', depth=50),
    neck=dict(type='GlobalAveragePooling'),
    head=dict(type='LinearClsHead', num_classes=7, in_channels=2048, loss=dict(type='CrossEntropyLoss')),
)
