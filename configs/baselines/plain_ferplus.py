"""A plain residual net of 2.8 M parameters on FERPlus: majority labels, 48 pixels, from scratch, 25 epochs of one cycle.

The baseline under occlusion for every other network. Rate and momentum follow one cycle each, in opposite directions.
"""

_base_ = ['../_base_/augmentations/grey_squares.py', '../_base_/datasets/ferplus_48_table.py', '../_base_/runtime.py']

num_epochs = 25

model = dict(
    type='ImageClassifier',
    data_preprocessor=dict(
        type='FacePreprocessor',
        mean=[127.5, 127.5, 127.5],
        std=[127.5, 127.5, 127.5],
        num_classes=8,
        augmentations=_base_.grey_squares,
    ),
    backbone=dict(type='ResNet_CIFAR', depth=18, stem_channels=32, base_channels=32, init_cfg=[], zero_init_residual=False),
    neck=dict(type='GlobalAveragePooling'),
    head=dict(
        type='DropoutLinearHead',
        num_classes=8,
        in_channels=256,
        dropout=0.3,
        init_cfg=None,
        loss=dict(type='LabelSmoothLoss', label_smooth_val=0.1, mode='original'),
    ),
)

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=1)
optim_wrapper = dict(type='MixedPrecisionOptimWrapper', optimizer=dict(type='SGD', lr=0.1, momentum=0.95, nesterov=True, weight_decay=5e-4))
rising = 0.3 * num_epochs
param_scheduler = [
    dict(type='OneCycleLR', eta_max=0.1, total_steps=num_epochs, by_epoch=True, convert_to_iter_based=True, pct_start=0.3),
    dict(type='CosineAnnealingMomentum', eta_min=0.85, begin=0, end=rising, by_epoch=True, convert_to_iter_based=True),
    dict(type='CosineAnnealingMomentum', eta_min=0.95, begin=rising, end=num_epochs, by_epoch=True, convert_to_iter_based=True),
]
custom_hooks = [dict(type='ChannelsLastHook')]
