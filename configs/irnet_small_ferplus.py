"""The image backbone of orsanet_small_ferplus.py alone, on FERPlus: no priors, the mean over the grid is classified.

It is the plain net to which the small ORSANet is compared, and trained shorter it is where the small ORSANet starts from, as the published
one starts from a face recogniser.
"""

_base_ = ['_base_/ferplus_small.py', '_base_/runtime.py']

num_epochs = 25

model = dict(
    type='ORSANet',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=8
    ),
    backbone=dict(type='IRNet', arch='ir_small', input_size=48),
    tokens=dict(type='GridTokens', in_channels=256, in_size=6, grid=6, embed_dims=256),
    head=dict(type='GatedLinearHead', num_classes=8, in_channels=256, loss=dict(type='CrossEntropyLoss', use_soft=True)),
)

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=1)
optim_wrapper = dict(
    optimizer=dict(type='SGD', lr=0.05, momentum=0.9, nesterov=True, weight_decay=5e-4),
    paramwise_cfg=dict(norm_decay_mult=0.0, bias_decay_mult=0.0),
    clip_grad=dict(max_norm=5.0),
)
param_scheduler = dict(type='OneCycleLR', eta_max=0.05, total_steps=num_epochs, by_epoch=True, convert_to_iter_based=True, pct_start=0.25)
custom_hooks = [dict(type='ChannelsLastHook')]
