"""DAN: ResNet-18, four attention heads, seven classes; the backbone starts from MS-Celeb-1M.

Weights: checkpoints/msceleb_resnet18.pth, written by `ofer convert msceleb_resnet18` from the published file. To train from scratch, set
model.backbone.init_cfg=None.
"""

model = dict(
    type='ImageClassifier',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=7
    ),
    backbone=dict(type='ResNet', depth=18, init_cfg=dict(type='Pretrained', checkpoint='checkpoints/msceleb_resnet18.pth')),
    neck=dict(type='DANAttention', channels=512, num_heads=4, reduction=16),
    head=dict(
        type='DANHead',
        num_classes=7,
        in_channels=512,
        loss=dict(type='CrossEntropyLoss'),
        affinity=dict(type='AffinityLoss', num_classes=7, channels=512),
        partition=dict(type='PartitionLoss'),
    ),
)
