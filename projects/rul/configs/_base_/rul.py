"""Relative Uncertainty Learning: ResNet-18 with two branches, seven classes; the backbone starts from MS-Celeb-1M.

Weights: checkpoints/msceleb_resnet18.pth, written by `ofer convert msceleb_resnet18` from the published file; from scratch with
model.backbone.init_cfg=None.
"""

model = dict(
    type='ImageClassifier',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=7
    ),
    backbone=dict(type='ResNet', depth=18, init_cfg=dict(type='Pretrained', checkpoint='checkpoints/msceleb_resnet18.pth')),
    head=dict(
        type='RULHead', num_classes=7, channels=512, grid=7, embed_dims=64, dropout=0.4, loss=dict(type='CrossEntropyLoss'), init_cfg=None
    ),
)
