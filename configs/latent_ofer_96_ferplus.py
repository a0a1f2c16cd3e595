"""The whole of Latent-OFER at 96 pixels, FERPlus: detect, repaint, recognise. The classifier is trained on repainted faces.

ofer train-stages configs/latent_ofer/plan_96_ferplus.py trains the stages; then ofer train trains the classifier
of this config behind the other stages, which are frozen. Rows of Table 10: without reconstruction model.detector=None
model.inpainter=None; the masked autoencoder's painting alone model.inpainter.model.generator=None; a perfect detector
model.detector=None (test set objects).
"""

_base_ = [
    '_base_/models/latent_ofer_96.py',
    '_base_/datasets/ferplus_96_table.py',
    '_base_/schedules/finetune_10e.py',
    '_base_/runtime.py',
]

augmentations = [
    dict(type='BatchAffine', flip=0.5, degrees=8.0, scale=(0.95, 1.12), translate=0.04),
    dict(type='BatchLight', brightness=0.06, contrast=(0.85, 1.2)),
    dict(type='BatchPasting', source=dict(type='DrawOccluders', face=(0.5, 0.54, 0.42)), prob=0.25, size=48),
    dict(
        type='BatchPasting',
        source=dict(type='PasteOccluders', folder='data/occluders', number=(1, 2), scale=(0.3, 0.7)),
        prob=0.25,
        size=48,
    ),
]
model = dict(data_preprocessor=dict(augmentations=augmentations))
del augmentations

# Objects are pasted at the 48 pixels of the images; the stages enlarge them.
val_dataloader = dict(dataset=dict(pipeline=[dict(type='LoadFace'), dict(type='PackFace')]))
test_dataloader = dict(dataset=dict(pipeline=[dict(type='LoadFace'), dict(type='PackFace')]))
test_sets = dict(
    objects=dict(
        before_packing=[dict(type='DrawOccluders', face=(0.5, 0.54, 0.42), seed=0), _base_.grey, dict(type='OcclusionHole', grid=12)]
    )
)
