"""Hybrid reconstruction at 96 pixels, drawn faces.

First: ofer train-stages configs/latent_ofer/plan_96_synthetic.py --only mae classifier, for the coarse painter and the
classifier of the semantic term. Holes are the area of occluders, strokes and random patches.
"""

_base_ = [
    '../_base_/models/latent_ofer_drawn_96.py',
    '../_base_/datasets/drawn_faces_96_holes.py',
    '../_base_/runtime.py',
]

augmentations = [
    dict(type='BatchAffine', flip=0.5, degrees=8.0, scale=(0.95, 1.12), translate=0.04),
    dict(type='BatchLight', brightness=0.06, contrast=(0.85, 1.2)),
    dict(type='KeepTruth'),
    dict(type='BatchPasting', source=dict(type='DrawOccluders'), prob=0.5, size=96),
    dict(type='BatchHole', grid=12, share=(0.1, 0.4)),
]
model = dict(_delete_=True, **_base_.model.inpainter.model)
model['data_preprocessor'] = dict(model['data_preprocessor'], augmentations=augmentations)
del augmentations

model_wrapper_cfg = dict(type='AveragedGradients')  # for several processes: the model has its own training step
optim_wrapper = dict(
    constructor='PartsOptimWrapperConstructor',
    generator=dict(
        type='MixedPrecisionOptimWrapper', optimizer=dict(type='Adam', lr=1e-3, betas=(0.5, 0.999)), clip_grad=dict(max_norm=5.0)
    ),
    discriminators=dict(type='MixedPrecisionOptimWrapper', optimizer=dict(type='Adam', lr=2e-4, betas=(0.5, 0.999))),
)
train_cfg = dict(by_epoch=False, max_iters=30000, val_interval=30000)
param_scheduler = [
    dict(type='LinearLR', start_factor=0.01, by_epoch=False, end=500),
    dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=False, begin=500, end=30000),
]
custom_hooks = [dict(type='ChannelsLastHook')]
default_hooks = dict(checkpoint=dict(by_epoch=False, interval=30000, save_best='psnr_hole'))
log_processor = dict(by_epoch=False)
