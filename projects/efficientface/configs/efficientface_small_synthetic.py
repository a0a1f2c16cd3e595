"""A small EfficientFace on drawn faces of 64 pixels, for CPUs. Its teacher is resnet18_small_synthetic, trained before."""

_base_ = [
    '_base_/efficientface.py',
    'ofer::_base_/datasets/drawn_faces_64.py',
    'ofer::_base_/schedules/adamw_onecycle.py',
    'ofer::_base_/runtime.py',
]

custom_imports = dict(imports=['ofer_efficientface', 'ofer.parent_names'])
model = dict(
    backbone=dict(channels=(16, 32, 64, 128, 256), units=(2, 3, 2)),
    head=dict(in_channels=256),
    teacher=dict(
        network=dict(
            backbone=dict(_delete_=True, type='ResNet_CIFAR', depth=18, stem_channels=16, base_channels=16, strides=(2, 2, 2, 1)),
            head=dict(in_channels=128),
        ),
        checkpoint='checkpoints/resnet18_small_synthetic.pth',
    ),
)
