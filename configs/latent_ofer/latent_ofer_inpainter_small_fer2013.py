"""Hybrid reconstruction on FER2013 at 96 pixels: small, for a CPU.

First: ofer train-stages configs/latent_ofer/plan_ferplus.py --only mae classifier, for the coarse painter, which works at 64
pixels, and the classifier of the semantic term. Holes are strokes, patches and the area of drawn occluders.
Alternatives to self-assembly: model.generator.assembly.type=CoherentSemanticAttention or ConventionalAssembly.
"""

_base_ = [
    '../_base_/models/latent_ofer_small.py',
    '../_base_/datasets/fer2013.py',
    '../_base_/schedules/inpainting_small.py',
    '../_base_/runtime.py',
]

model = dict(_delete_=True, **_base_.model.inpainter.model)

start = [dict(type='LoadFace'), dict(type='Resize', scale=96, backend='pillow')]
pack = dict(type='PackFace')
# Faces and occluders are grey. Holes are whole patches, like the flags of a detector.
grey = dict(type='RandomGrayscale', prob=1.0, keep_channels=True, channel_weights=(1, 2, 1))
hole = dict(type='OcclusionHole', grow=1, grid=8)
objects = [dict(type='DrawOccluders', face=(0.5, 0.54, 0.42)), grey, hole]
seeded = [dict(type='DrawOccluders', face=(0.5, 0.54, 0.42), seed=0), grey, hole]
holes = dict(type='RandomChoice', transforms=[_base_.strokes, _base_.patches, objects], prob=[0.25, 0.25, 0.5])
train_dataloader = dict(
    batch_size=16,
    num_workers=1,
    sampler=dict(_delete_=True, type='InfiniteSampler', shuffle=True),
    dataset=dict(
        pipeline=[dict(type='LoadFace'), dict(type='FlipFace', prob=0.5), dict(type='Resize', scale=96, backend='pillow'), holes, pack]
    ),
)
val_dataloader = dict(batch_size=50, num_workers=1, dataset=dict(pipeline=[*start, *seeded, pack]))
test_dataloader = dict(batch_size=50, num_workers=1, dataset=dict(pipeline=[*start, pack]))
test_sets = dict(_delete_=True, objects=dict(before_packing=seeded), **_base_.holes_alone)
val_evaluator = dict(_delete_=True, type='InpaintingMetric')
test_evaluator = val_evaluator
del start, pack, grey, hole, objects, seeded, holes

train_cfg = dict(_delete_=True, by_epoch=False, max_iters=2000, val_interval=2000)
param_scheduler = dict(_delete_=True, type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=False, T_max=2000)
default_hooks = dict(checkpoint=dict(by_epoch=False, interval=2000, save_best='psnr_hole'))
log_processor = dict(by_epoch=False)
