"""A small SCN on drawn faces of 64 pixels, for CPUs; labels may change from the fourth of six epochs."""

_base_ = [
    '_base_/scn.py',
    'ofer::_base_/datasets/drawn_faces_64.py',
    'ofer::_base_/schedules/adamw_onecycle.py',
    'ofer::_base_/runtime.py',
]

custom_imports = dict(imports=['ofer_scn', 'ofer.parent_names'])
model = dict(
    backbone=dict(_delete_=True, type='ResNet_CIFAR', depth=18, stem_channels=16, base_channels=16, strides=(2, 2, 2, 1)),
    head=dict(in_channels=128, relabel_epoch=4),
)
custom_hooks = [dict(type='ChannelsLastHook'), dict(type='RelabellingHook')]
