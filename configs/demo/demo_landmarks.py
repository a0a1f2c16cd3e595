"""`make demo-train`, first step: a landmark network on drawn faces, half of them occluded: the landmark prior of demo_orsanet.py."""

_base_ = ['../_base_/datasets/demo_priors.py', '../_base_/schedules/adamw_warmup_2e.py', '../_base_/runtime.py']

work_dir = 'work_dirs/demo_train/landmarks'
model = dict(
    type='LandmarkDetector',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[0, 0, 0], std=[255, 255, 255], to_rgb=False),
    network=dict(type='MobileFaceNet', input_size=64),
    loss=dict(type='WingLoss'),
)

*steps, pack = _base_.train_dataloader.dataset.pipeline
erasing = dict(type='RandomErasing', erase_prob=0.3, min_area_ratio=0.02, max_area_ratio=0.2, mode='rand')
train_dataloader = dict(dataset=dict(pipeline=[*steps, erasing, pack]))
del steps, pack, erasing
val_evaluator = dict(type='LandmarkMetric')
test_evaluator = val_evaluator

# The bias of the last layer represents the mean face, which is far from the middle of the image for a few hundred steps.
optim_wrapper = dict(paramwise_cfg=dict(custom_keys={'output_layer.bn': dict(lr_mult=10.0)}))
default_hooks = dict(logger=dict(interval=20), checkpoint=dict(save_best=None))
