"""GFNet-XS at 224 pixels, ten classes: label-smoothed cross entropy and DARE."""

model = dict(
    type='ImageClassifier',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=10
    ),
    backbone=dict(type='GFNet', arch='xs', img_size=224),
    head=dict(
        type='LinearClsHead',
        num_classes=10,
        in_channels=384,
        loss=dict(
            type='ScheduledLoss',
            phases=[
                dict(
                    terms=[
                        dict(type='LabelSmoothLoss', label_smooth_val=0.1, mode='original'),
                        dict(type='DARELoss', loss_weight=0.1),
                    ]
                )
            ],
        ),
    ),
)
