"""A small RAN on drawn faces of 64 pixels, for CPUs: six regions of 64 pixels."""

_base_ = [
    '_base_/ran.py',
    'ofer::_base_/datasets/drawn_faces_64.py',
    'ofer::_base_/schedules/adamw_onecycle.py',
    'ofer::_base_/runtime.py',
]

custom_imports = dict(imports=['ofer_ran', 'ofer.parent_names'])
model = dict(
    backbone=dict(_delete_=True, type='ResNet_CIFAR', depth=18, stem_channels=16, base_channels=16, strides=(2, 2, 2, 1)),
    neck=dict(channels=128),
    head=dict(in_channels=256),
    region_size=64,
)
