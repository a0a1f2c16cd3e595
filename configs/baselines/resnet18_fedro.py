"""ResNet-18 on RAF-DB and AffectNet together, for FED-RO: the plain network of Latent-OFER's protocol for FED-RO."""

_base_ = [
    '../_base_/models/resnet18.py',
    '../_base_/datasets/fedro.py',
    '../_base_/schedules/adamw_onecycle_60e.py',
    '../_base_/runtime.py',
]

train_dataloader = dict(batch_size=64)
