"""Hybrid reconstruction at 96 pixels, FERPlus.

First: ofer train-stages configs/latent_ofer/plan_96_ferplus.py --only mae classifier, for the coarse painter and the
classifier of the semantic term. Holes are the area of occluders, strokes and random patches.
"""

_base_ = [
    '../_base_/models/latent_ofer_96.py',
    '../_base_/datasets/ferplus_96_table.py',
    '../_base_/runtime.py',
]

augmentations = [
    dict(type='BatchAffine', flip=0.5, degrees=8.0, scale=(0.95, 1.12), translate=0.04),
    dict(type='BatchLight', brightness=0.06, contrast=(0.85, 1.2)),
    dict(type='KeepTruth'),
    dict(type='BatchPasting', source=dict(type='DrawOccluders', face=(0.5, 0.54, 0.42)), prob=0.25, size=48),
    dict(
        type='BatchPasting',
        source=dict(type='PasteOccluders', folder='data/occluders', number=(1, 2), scale=(0.3, 0.7)),
        prob=0.25,
        size=48,
    ),
    dict(type='BatchHole', grid=12, share=(0.1, 0.4)),
]
model = dict(_delete_=True, **_base_.model.inpainter.model)
model['data_preprocessor'] = dict(model['data_preprocessor'], augmentations=augmentations)
del augmentations

seeded = [
    dict(type='LoadFace'),
    dict(type='Resize', scale=96, backend='pillow'),
    dict(type='DrawOccluders', face=(0.5, 0.54, 0.42), seed=0),
    _base_.grey,
    dict(type='OcclusionHole', grid=12),
]
alone = [dict(type='LoadFace'), dict(type='Resize', scale=96, backend='pillow')]
train_dataloader = dict(batch_size=128, sampler=dict(_delete_=True, type='InfiniteSampler', shuffle=True))
val_dataloader = dict(dataset=dict(indices=1000, pipeline=[*seeded, dict(type='PackFace')]))
test_dataloader = dict(dataset=dict(indices=1000, pipeline=[*alone, dict(type='PackFace')]))
test_sets = dict(
    _delete_=True,
    objects=dict(before_packing=seeded[len(alone) :]),
    patches=dict(before_packing=[dict(type='PatchHole', grid=12, share=(0.3, 0.3), seed=0)]),
    strokes=dict(before_packing=[dict(type='FreeFormHole', share=(0.3, 0.3), seed=0)]),
)
val_evaluator = dict(_delete_=True, type='InpaintingMetric')
test_evaluator = val_evaluator
del seeded, alone

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
