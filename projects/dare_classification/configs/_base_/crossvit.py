"""CrossViT (small) of timm at 240 pixels, ten classes: label-smoothed cross entropy and DARE."""

model = dict(
    type='TimmClassifier',
    model_name='crossvit_small_240',
    num_classes=10,
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=10
    ),
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
)
