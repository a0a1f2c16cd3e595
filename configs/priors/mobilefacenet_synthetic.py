"""MobileFaceNet on drawn faces, half of them occluded: a landmark prior without published weights.

The input is BGR in [0, 1], as for the published network, so the file fits LandmarkPrior in its default format.
"""

_base_ = ['../_base_/datasets/drawn_priors.py', '../_base_/schedules/adamw_warmup.py', '../_base_/runtime.py']

model = dict(
    type='LandmarkDetector',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[0, 0, 0], std=[255, 255, 255], to_rgb=True),  # exchanges R and B
    network=dict(type='MobileFaceNet', input_size=112),
    loss=dict(type='WingLoss'),
)

*steps, pack = _base_.train_dataloader.dataset.pipeline
erasing = dict(type='RandomErasing', erase_prob=0.3, min_area_ratio=0.02, max_area_ratio=0.2, mode='rand')
train_dataloader = dict(dataset=dict(pipeline=[*steps, erasing, pack]))
del steps, pack, erasing
val_evaluator = dict(type='LandmarkMetric')
test_evaluator = val_evaluator

train_cfg = dict(max_epochs=20)
# The bias of the last layer represents the mean face, which is far from the middle of the image, where training starts.
optim_wrapper = dict(paramwise_cfg=dict(custom_keys={'output_layer.bn': dict(lr_mult=10.0, decay_mult=0.0)}))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.1, by_epoch=True, end=1, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=True, begin=1, end=20, convert_to_iter_based=True),
]
default_hooks = dict(checkpoint=dict(save_best='nme_ocular', rule='less'))
