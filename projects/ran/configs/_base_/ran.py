"""RAN: ResNet-18 of MS-Celeb-1M on six regions, seven classes. Images are in [0, 1]; no mean is subtracted.

Weights: checkpoints/msceleb_resnet18.pth, written by `ofer convert msceleb_resnet18` from the published file. To train from scratch, set
model.backbone.init_cfg=None.
"""

model = dict(
    type='RAN',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[0, 0, 0], std=[255, 255, 255], to_rgb=False, num_classes=7),
    backbone=dict(type='ResNet', depth=18, init_cfg=dict(type='Pretrained', checkpoint='checkpoints/msceleb_resnet18.pth')),
    neck=dict(type='RegionAttention', channels=512),
    head=dict(type='RegionHead', num_classes=7, in_channels=1024, loss=dict(type='CrossEntropyLoss'), margin=0.1),
    regions='six',
    region_size=224,
)
