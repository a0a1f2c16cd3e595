"""Self-Cure Network: ResNet-18 with a weight for each sample, seven classes; the backbone starts from MS-Celeb-1M.

Weights: checkpoints/msceleb_resnet18.pth, written by `ofer convert msceleb_resnet18` from the published file; from scratch with
model.backbone.init_cfg=None.
"""

model = dict(
    type='ImageClassifier',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=7
    ),
    backbone=dict(type='ResNet', depth=18, init_cfg=dict(type='Pretrained', checkpoint='checkpoints/msceleb_resnet18.pth')),
    neck=dict(type='GlobalAveragePooling'),
    head=dict(
        type='SCNHead',
        num_classes=7,
        in_channels=512,
        top_share=0.7,
        rank_margin=0.07,  # for batches of 64; the published default, 0.15, is for larger ones
        relabel_epoch=10,
        relabel_margin=0.2,
        loss=dict(type='CrossEntropyLoss'),
        init_cfg=None,
    ),
)
