"""ResNet-18 on AffectNet, seven classes: the plain network beside orsanet_affectnet7.py, on its data."""

_base_ = [
    '../_base_/models/resnet18.py',
    '../_base_/datasets/affectnet.py',
    '../_base_/schedules/adamw_onecycle_60e.py',
    '../_base_/runtime.py',
]

train_dataloader = dict(batch_size=64)
