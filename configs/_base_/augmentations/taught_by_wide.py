"""Augmentations of students: most of each label is the mean prediction of three wide networks for the same face without occluders, at the
same place and size; the student sees it behind occluders, among them masks where masks are worn.

The weights of the teachers are in checkpoints/ir48_wide_ferplus_0.pth, _1.pth and _2.pth: seeds of ../../baselines/ir48_wide_ferplus.py.
"""

taught = [
    dict(type='BatchAffine', flip=0.5, degrees=14.0, scale=(0.88, 1.12), translate=0.06),
    dict(
        type='TeacherLabels',
        teacher=dict(
            type='ORSANet',
            data_preprocessor=dict(type='FacePreprocessor', mean=[127.5, 127.5, 127.5], std=[127.5, 127.5, 127.5], num_classes=8),
            backbone=dict(type='IRNet', arch='ir_48_wide', input_size=48),
            tokens=dict(type='GridTokens', in_channels=384, in_size=6, grid=6, embed_dims=256),
            head=dict(type='GatedLinearHead', num_classes=8, in_channels=256),
        ),
        checkpoints=[f'checkpoints/ir48_wide_ferplus_{seed}.pth' for seed in (0, 1, 2)],
        share=0.8,
    ),
    dict(type='BatchPasting', source=dict(type='PasteOccluders', folder='data/occluders', number=(1, 2), scale=(0.3, 0.75)), prob=0.15),
    dict(
        type='BatchPasting',  # masks where they are worn
        source=dict(
            type='PasteOccluders',
            folder='data/occluders/mask',
            scale=(0.62, 0.95),
            x=(0.42, 0.58),
            y=(0.68, 0.86),
            rotation=(-10.0, 10.0),
            light=(0.5, 1.1),
        ),
        prob=0.12,
        degrees=8.0,
        translate=0.04,
        light=(0.5, 1.3),
    ),
    dict(type='BatchPasting', source=dict(type='DrawOccluders', face=(0.5, 0.54, 0.42)), prob=0.15),
    dict(type='BatchErasing', prob=0.5, size=(0.15, 0.55), fills=('mean', 'black', 'grey', 'noise', 'face')),
    dict(type='BatchLight', brightness=0.08, contrast=(0.8, 1.25)),
]
