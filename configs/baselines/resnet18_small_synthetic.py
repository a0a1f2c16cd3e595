"""A narrow ResNet-18 on drawn faces of 64 pixels: the classifier of the semantic term of latent_ofer_inpainter_synthetic.py."""

_base_ = [
    '../_base_/models/resnet18.py',
    '../_base_/datasets/drawn_faces_64.py',
    '../_base_/schedules/adamw_onecycle.py',
    '../_base_/runtime.py',
]

model = dict(
    backbone=dict(_delete_=True, type='ResNet_CIFAR', depth=18, stem_channels=16, base_channels=16, strides=(2, 2, 2, 1)),
    head=dict(in_channels=128),
)

train_cfg = dict(val_interval=6)
default_hooks = dict(logger=dict(interval=20), checkpoint=dict(save_best=None))
