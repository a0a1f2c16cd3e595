"""ResNet-18 on FER2013: the plain network beside orsanet_fer2013.py, on its data."""

_base_ = [
    '../_base_/models/resnet18.py',
    '../_base_/datasets/fer2013.py',
    '../_base_/schedules/adamw_onecycle_60e.py',
    '../_base_/runtime.py',
]

train_dataloader = dict(batch_size=64)
