"""CrossViT (small) on CIFAR-10, with the published recipe except for mixup and cutmix, whose soft labels DARE does not have."""

_base_ = ['_base_/crossvit.py', '_base_/cifar10.py', '_base_/adamw_300e.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_dare_classification', 'ofer.parent_names'])
size = 240
first, crop, *steps, pack = _base_.train_dataloader.dataset.pipeline
crop.scale = size
erasing = dict(type='RandomErasing', erase_prob=0.25, mode='rand', min_area_ratio=0.02, max_area_ratio=0.33)
train_dataloader = dict(
    sampler=dict(_delete_=True, type='RepeatAugSampler', shuffle=True), dataset=dict(pipeline=[first, crop, *steps, erasing, pack])
)
resized = [first, dict(type='Resize', scale=size, backend='pillow', interpolation='bicubic'), pack]
val_dataloader = dict(dataset=dict(pipeline=resized))
test_dataloader = dict(dataset=dict(pipeline=resized))
del first, crop, steps, pack, erasing, resized
