"""ResNet-18 on FERPlus: the plain network beside orsanet_small_ferplus.py, trained in the same way."""

_base_ = [
    '../_base_/models/resnet18.py',
    '../_base_/datasets/ferplus_48.py',
    '../_base_/schedules/adamw_onecycle.py',
    '../_base_/runtime.py',
]

size = 112  # the stride of ResNet-18 is 32: 48 pixels would give 2 x 2 cells

model = dict(
    data_preprocessor=dict(num_classes=8),
    backbone=dict(num_stages=4, out_indices=(3,), style='pytorch'),
    head=dict(num_classes=8, loss=dict(use_soft=True)),
)

*steps, pack = _base_.train_pipeline
enlarged = [dict(type='LoadFace'), dict(type='Resize', scale=size, backend='pillow'), dict(type='PackFace')]
train_dataloader = dict(dataset=dict(pipeline=[*steps, dict(type='Resize', scale=size, backend='pillow'), pack]))
val_dataloader = dict(dataset=dict(pipeline=enlarged))
test_dataloader = dict(dataset=dict(pipeline=enlarged))
del steps, pack, enlarged

optim_wrapper = dict(paramwise_cfg=dict(norm_decay_mult=0.0, bias_decay_mult=0.0))
param_scheduler = dict(eta_max=1.5e-3, pct_start=0.25)
