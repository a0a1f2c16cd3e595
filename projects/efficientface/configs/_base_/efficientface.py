"""EfficientFace with a frozen ResNet-50 as teacher, seven classes.

The teacher is trained first: efficientface_teacher_<data>.py.
"""

model = dict(
    type='DistributionClassifier',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[146.727, 114.5715, 102.204], std=[52.887, 48.399, 46.2315], to_rgb=False, num_classes=7
    ),
    backbone=dict(type='EfficientFace'),
    neck=dict(type='GlobalAveragePooling'),
    head=dict(type='LinearClsHead', num_classes=7, in_channels=1024, loss=dict(type='CrossEntropyLoss')),
    teacher=dict(
        type='ExpressionTeacher',
        network=dict(
            type='ImageClassifier',
            backbone=dict(type='ResNet', depth=50),
            neck=dict(type='GlobalAveragePooling'),
            head=dict(type='LinearClsHead', num_classes=7, in_channels=2048, loss=dict(type='CrossEntropyLoss')),
        ),
    ),
)
