"""The whole of Latent-OFER at 96 pixels, drawn faces: detect, repaint, recognise. The classifier is trained on repainted faces.

ofer train-stages configs/latent_ofer/plan_96_synthetic.py trains the stages; then ofer train trains the classifier
of this config behind the other stages, which are frozen. Rows of Table 10: without reconstruction model.detector=None
model.inpainter=None; the masked autoencoder's painting alone model.inpainter.model.generator=None; a perfect detector
model.detector=None (test set objects).
"""

_base_ = [
    '_base_/models/latent_ofer_drawn_96.py',
    '_base_/datasets/drawn_faces_96_table.py',
    '_base_/schedules/finetune_10e.py',
    '_base_/runtime.py',
]

augmentations = [
    dict(type='BatchAffine', flip=0.5, degrees=8.0, scale=(0.95, 1.12), translate=0.04),
    dict(type='BatchLight', brightness=0.06, contrast=(0.85, 1.2)),
    dict(type='BatchPasting', source=dict(type='DrawOccluders'), prob=0.5, size=96),
]
model = dict(data_preprocessor=dict(augmentations=augmentations))
del augmentations

test_sets = dict(objects=dict(before_packing=[dict(type='DrawOccluders', seed=0), dict(type='OcclusionHole', grid=12)]))
