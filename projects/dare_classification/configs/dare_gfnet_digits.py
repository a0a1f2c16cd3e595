"""A small GFNet on the handwritten digits of scikit-learn, 8 x 8 pixels: 200 training images, 200 steps, ten seconds on one core."""

_base_ = ['_base_/gfnet.py', 'ofer::_base_/schedules/adamw_onecycle.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_dare_classification', 'ofer.parent_names'])
model = dict(
    data_preprocessor=dict(mean=[127.5, 127.5, 127.5], std=[127.5, 127.5, 127.5]),
    backbone=dict(arch=dict(_delete_=True, embed_dims=64, depth=4), img_size=8, patch_size=2),
    head=dict(in_channels=64),
)

pipeline = [dict(type='LoadFace'), dict(type='PackFace')]
train_dataloader = dict(
    batch_size=20,
    num_workers=0,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(type='SklearnDigits', split='train', train_size=200, pipeline=pipeline),
)
val_dataloader = dict(
    batch_size=200,
    num_workers=0,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='SklearnDigits', split='test', pipeline=pipeline),
)
test_dataloader = val_dataloader
val_evaluator = dict(type='FERMetric')
test_evaluator = val_evaluator
val_cfg = dict()
test_cfg = dict()

train_cfg = dict(max_epochs=20, val_interval=20)
optim_wrapper = dict(optimizer=dict(lr=4e-3))
param_scheduler = dict(eta_max=4e-3, total_steps=20)
custom_hooks = []
default_hooks = dict(logger=dict(interval=5), checkpoint=dict(interval=20))
