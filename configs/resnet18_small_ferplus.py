"""ResNet-18 (mmpretrain's, unchanged) on FERPlus: the plain net beside orsanet_small_ferplus.py, trained in the same way."""

_base_ = ['_base_/ferplus_small.py', '_base_/runtime.py']

num_epochs = 6
size = 112  # ResNet-18 divides by 32: at 48 pixels 2 x 2 cells would be left

model = dict(
    type='ImageClassifier',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=8
    ),
    backbone=dict(type='ResNet', depth=18, num_stages=4, out_indices=(3,), style='pytorch'),
    neck=dict(type='GlobalAveragePooling'),
    head=dict(type='LinearClsHead', num_classes=8, in_channels=512, loss=dict(type='CrossEntropyLoss', use_soft=True)),
)

train_dataloader = dict(
    dataset=dict(
        pipeline=[
            dict(type='LoadFace'),
            dict(type='RandomFlip', prob=0.5),
            dict(type='NumpyToPIL', to_rgb=False),
            dict(type='torchvision/RandomAffine', degrees=12, translate=(0.08, 0.08), scale=(0.88, 1.12), interpolation='bilinear'),
            dict(type='PILToNumpy', to_bgr=False),
            dict(type='RandomErasing', erase_prob=0.5, min_area_ratio=0.02, max_area_ratio=0.15, mode='rand'),
            dict(type='Resize', scale=size),
            dict(type='PackFace'),
        ]
    )
)
val_dataloader = dict(dataset=dict(pipeline=[dict(type='LoadFace'), dict(type='Resize', scale=size), dict(type='PackFace')]))
test_dataloader = dict(dataset=dict(pipeline=[dict(type='LoadFace'), dict(type='Resize', scale=size), dict(type='PackFace')]))

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=1)
optim_wrapper = dict(
    optimizer=dict(type='AdamW', lr=1e-3, weight_decay=0.05),
    paramwise_cfg=dict(norm_decay_mult=0.0, bias_decay_mult=0.0),
    clip_grad=dict(max_norm=5.0),
)
param_scheduler = dict(type='OneCycleLR', eta_max=1.5e-3, total_steps=num_epochs, by_epoch=True, convert_to_iter_based=True, pct_start=0.25)
custom_hooks = [dict(type='ChannelsLastHook')]
