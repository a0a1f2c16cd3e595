"""Hybrid reconstruction at 48 pixels, FERPlus.

First: ofer train-stages configs/latent_ofer/plan_48_ferplus.py --only mae, for the coarse painter. The classifier of the semantic
term is the recogniser of the package. Holes are the area of occluders, strokes and random patches.
"""

_base_ = ['../_base_/models/latent_ofer_48.py', '../_base_/datasets/ferplus_48_holes.py', '../_base_/runtime.py']

augmentations = [
    dict(type='BatchAffine', flip=0.5, degrees=8.0, scale=(0.95, 1.12), translate=0.04),
    dict(type='BatchLight', brightness=0.06, contrast=(0.85, 1.2)),
    dict(type='KeepTruth'),
    dict(type='BatchPasting', source=dict(type='DrawOccluders', face=(0.5, 0.54, 0.42)), prob=0.25),
    dict(type='BatchPasting', source=dict(type='PasteOccluders', folder='data/occluders', number=(1, 2), scale=(0.3, 0.7)), prob=0.25),
    dict(type='BatchHole', grid=8, share=(0.1, 0.4)),
]
model = dict(_delete_=True, **_base_.model.inpainter.model)
model['data_preprocessor'] = dict(model['data_preprocessor'], augmentations=augmentations)
del augmentations

num_epochs = 2
model_wrapper_cfg = dict(type='AveragedGradients')  # for several processes: the model has its own training step
optim_wrapper = dict(
    constructor='PartsOptimWrapperConstructor',
    generator=dict(
        type='MixedPrecisionOptimWrapper', optimizer=dict(type='Adam', lr=1e-3, betas=(0.5, 0.999)), clip_grad=dict(max_norm=5.0)
    ),
    discriminators=dict(type='MixedPrecisionOptimWrapper', optimizer=dict(type='Adam', lr=2e-4, betas=(0.5, 0.999))),
)
train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=num_epochs)
param_scheduler = [
    dict(type='LinearLR', start_factor=0.05, by_epoch=True, end=0.5, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=True, begin=0.5, end=num_epochs, convert_to_iter_based=True),
]
custom_hooks = [dict(type='ChannelsLastHook')]
default_hooks = dict(checkpoint=dict(interval=1, max_keep_ckpts=1, save_best=None))
