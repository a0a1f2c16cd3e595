"""GFNet-XS on CIFAR-10, with the published recipe except for mixup and cutmix, whose soft labels DARE does not have."""

_base_ = ['_base_/gfnet.py', '_base_/cifar10.py', '_base_/adamw_300e.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_dare_classification', 'ofer.parent_names'])
