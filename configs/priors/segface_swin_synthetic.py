"""SegFace with Swin-B at 224 pixels on drawn faces, half of them occluded: the parsing network of ORSANet, trained here. For a GPU."""

_base_ = ['../_base_/models/segface_mobilenet.py', '../_base_/datasets/drawn_priors.py', '../_base_/runtime.py']

model = dict(network=dict(encoder='swin_base'))

train_dataloader = dict(num_workers=8, dataset=dict(size=224, length=21000))
val_dataloader = dict(num_workers=8, dataset=dict(size=224))
test_dataloader = dict(num_workers=8, dataset=dict(size=224))
val_evaluator = dict(type='ParsingMetric')
test_evaluator = val_evaluator

train_cfg = dict(by_epoch=True, max_epochs=30, val_interval=1)
optim_wrapper = dict(
    type='MixedPrecisionOptimWrapper',
    dtype='bfloat16',
    optimizer=dict(type='AdamW', lr=2e-4, weight_decay=0.05),
    clip_grad=dict(max_norm=5.0),
    paramwise_cfg=dict(norm_decay_mult=0.0, bias_decay_mult=0.0, custom_keys={'relative_position_bias_table': dict(decay_mult=0.0)}),
)
param_scheduler = [
    dict(type='LinearLR', start_factor=0.1, by_epoch=True, end=2, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=True, begin=2, end=30, convert_to_iter_based=True),
]
default_hooks = dict(checkpoint=dict(save_best='mean_iou'))
