"""Deep Attentive Center Loss: ResNet-18 whose feature map weighs the centre loss, seven classes; the backbone starts from MS-Celeb-1M.

Weights: checkpoints/msceleb_resnet18.pth, written by `ofer convert msceleb_resnet18` from the published file; from scratch with
model.backbone.init_cfg=None.
"""

model = dict(
    type='ImageClassifier',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[146.676, 114.6225, 102.306], std=[53.193, 48.7305, 46.5885], to_rgb=False, num_classes=7
    ),
    backbone=dict(type='ResNet', depth=18, init_cfg=dict(type='Pretrained', checkpoint='checkpoints/msceleb_resnet18.pth')),
    head=dict(
        type='DACLHead',
        num_classes=7,
        in_channels=512,
        grid=7,
        hidden=(3584, 512, 64),
        center_weight=0.01,
        center_rate=0.5,
        loss=dict(type='CrossEntropyLoss'),
        init_cfg=None,
    ),
)
