"""Hybrid reconstruction on drawn faces of 64 pixels: small, for two cores.

First: ofer train-stages configs/latent_ofer/plan_synthetic.py --only mae classifier, for the coarse painter and the classifier
of the semantic term. Holes are strokes, patches and the area of drawn occluders; the faces below are known.
Alternatives to self-assembly: model.generator.assembly.type=CoherentSemanticAttention or ConventionalAssembly.
"""

_base_ = [
    '../_base_/models/latent_ofer_tiny.py',
    '../_base_/datasets/drawn_faces_64.py',
    '../_base_/schedules/inpainting_small.py',
    '../_base_/runtime.py',
]

model = dict(_delete_=True, **_base_.model.inpainter.model)

# as whole patches, like the flags of a detector
hole = dict(type='OcclusionHole', grow=1, grid=8)
objects = [dict(type='DrawOccluders'), hole]
seeded = [dict(type='DrawOccluders', seed=0), hole]
holes = dict(type='RandomChoice', transforms=[_base_.strokes, _base_.patches, objects], prob=[0.25, 0.25, 0.5])
train_dataloader = dict(
    batch_size=16,
    drop_last=True,
    collate_fn=dict(type='default_collate'),
    sampler=dict(_delete_=True, type='DefaultSampler', shuffle=True),
    dataset=dict(pipeline=[dict(type='LoadFace'), dict(type='FlipFace', prob=0.5), holes, dict(type='PackFace')]),
)
val_dataloader = dict(
    collate_fn=dict(type='default_collate'), dataset=dict(pipeline=[dict(type='LoadFace'), *seeded, dict(type='PackFace')])
)
test_dataloader = dict(collate_fn=dict(type='default_collate'), dataset=dict(length=350))
test_sets = dict(_delete_=True, objects=dict(before_packing=seeded), **_base_.holes_alone)
val_evaluator = dict(_delete_=True, type='InpaintingMetric')
test_evaluator = val_evaluator
del hole, objects, seeded, holes

default_hooks = dict(logger=dict(interval=20), checkpoint=dict(save_best=None))
