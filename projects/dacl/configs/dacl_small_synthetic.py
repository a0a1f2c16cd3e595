"""A small DACL on drawn faces of 64 pixels, for CPUs."""

_base_ = [
    '_base_/dacl.py',
    'ofer::_base_/datasets/drawn_faces_64.py',
    'ofer::_base_/schedules/adamw_onecycle.py',
    'ofer::_base_/runtime.py',
]

custom_imports = dict(imports=['ofer_dacl', 'ofer.parent_names'])
model = dict(
    backbone=dict(_delete_=True, type='ResNet_CIFAR', depth=18, stem_channels=16, base_channels=16, strides=(2, 2, 2, 1)),
    head=dict(in_channels=128, grid=8, hidden=(256, 64, 32)),
)
