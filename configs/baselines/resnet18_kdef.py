"""ResNet-18 on KDEF: the plain network beside orsanet_kdef.py, on its data."""

_base_ = ['../_base_/models/resnet18.py', '../_base_/datasets/kdef.py', '../_base_/schedules/adamw_onecycle_60e.py', '../_base_/runtime.py']

train_dataloader = dict(batch_size=64)
