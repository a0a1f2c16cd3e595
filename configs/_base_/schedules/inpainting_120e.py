"""Hybrid reconstruction at its published size: Adam for the painter and for its discriminators, and the holes for training.

As published, 120 epochs at one image a step; at more images a step, more epochs make the same number of steps (960 at 8). The rate falls
over the second half, as is usual for such networks: what the published one does there is not stated.

Holes are strokes, patches and the area of pasted objects, as whole patches like the flags of a detector. Cut-outs of objects
(RGBA) come from data/occluders.
"""

train_cfg = dict(by_epoch=True, max_epochs=120, val_interval=1)
model_wrapper_cfg = dict(type='AveragedGradients')  # for several processes: the model has its own training step
optim_wrapper = dict(
    constructor='PartsOptimWrapperConstructor',
    generator=dict(optimizer=dict(type='Adam', lr=2e-4, betas=(0.5, 0.999))),
    discriminators=dict(optimizer=dict(type='Adam', lr=2e-4, betas=(0.5, 0.999))),
)
param_scheduler = dict(type='LinearLR', start_factor=1.0, end_factor=0.01, by_epoch=True, begin=60, end=120)

strokes = [dict(type='FreeFormHole', share=(0.1, 0.4))]
patches = [dict(type='PatchHole', grid=14, share=(0.1, 0.5))]
objects = [dict(type='PasteOccluders', folder='data/occluders'), dict(type='OcclusionHole', grow=2, grid=14)]
objects_seeded = [dict(type='PasteOccluders', folder='data/occluders', seed=0), dict(type='OcclusionHole', grow=2, grid=14)]
painting_train = [
    dict(type='LoadFace'),
    dict(type='RandomFlip', prob=0.5),
    dict(type='Resize', scale=256, backend='pillow'),
    dict(type='RandomChoice', transforms=[strokes, patches, objects], prob=[0.25, 0.25, 0.5]),
    dict(type='PackFace'),
]
painting_val = [dict(type='LoadFace'), dict(type='Resize', scale=256, backend='pillow'), *objects_seeded, dict(type='PackFace')]
painting_test = [dict(type='LoadFace'), dict(type='Resize', scale=256, backend='pillow'), dict(type='PackFace')]
painting_sets = dict(
    objects=dict(before_packing=objects_seeded),
    patches=dict(before_packing=[dict(type='PatchHole', grid=14, share=(0.3, 0.3), seed=0)]),
    strokes=dict(before_packing=[dict(type='FreeFormHole', share=(0.3, 0.3), seed=0)]),
)
rivals = [dict(type='CoherentSemanticAttention'), dict(type='ConventionalAssembly')]  # alternatives to the assembly of the generator
del strokes, patches, objects, objects_seeded
