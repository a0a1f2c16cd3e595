"""`make demo-train`, last step: ResNet-18 (of MMPretrain, unchanged) as baseline of demo_orsanet.py, with the same data, epochs, schedule
and seed."""

_base_ = [
    '../_base_/models/resnet18.py',
    '../_base_/datasets/drawn_faces_64.py',
    '../_base_/schedules/adamw_onecycle.py',
    '../_base_/runtime.py',
]

work_dir = 'work_dirs/demo_train/resnet18'
train_cfg = dict(max_epochs=3)
param_scheduler = dict(total_steps=3)
default_hooks = dict(logger=dict(interval=20), checkpoint=dict(save_best=None))
