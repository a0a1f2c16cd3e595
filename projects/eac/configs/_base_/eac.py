"""EAC: ResNet-50 of VGGFace2, seven classes.

Weights: checkpoints/vggface2_resnet50.pth, a ResNet-50 of VGGFace2 in Caffe's form with torchvision's names (conv1, layer1.0.conv1, ...).
To train from scratch, set model.backbone.init_cfg=None.
"""

model = dict(
    type='EAC',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=7
    ),
    backbone=dict(type='CaffeResNet', depth=50, init_cfg=dict(type='Pretrained', checkpoint='checkpoints/vggface2_resnet50.pth')),
    neck=dict(type='GlobalAveragePooling'),
    head=dict(type='LinearClsHead', num_classes=7, in_channels=2048, loss=dict(type='CrossEntropyLoss')),
    consistency_weight=5.0,
)
