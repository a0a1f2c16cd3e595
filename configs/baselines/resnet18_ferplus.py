"""ResNet-18 on FERPlus (eight classes by majority vote): the plain network beside orsanet_ferplus.py, on its data."""

_base_ = [
    '../_base_/models/resnet18.py',
    '../_base_/datasets/ferplus.py',
    '../_base_/schedules/adamw_onecycle_60e.py',
    '../_base_/runtime.py',
]

model = dict(data_preprocessor=dict(num_classes=8), head=dict(num_classes=8))

train_dataloader = dict(batch_size=64)
