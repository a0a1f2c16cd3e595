"""The image backbone ir_48 on FERPlus under occlusion: votes as labels, pasted and drawn occluders in training, an occlusion map."""

_base_ = [
    '../_base_/models/ir48.py',
    '../_base_/datasets/ferplus_48_table.py',
    '../_base_/schedules/muon_linear.py',
    '../_base_/runtime.py',
]

model = dict(
    data_preprocessor=dict(
        augmentations=[
            dict(type='BatchAffine', flip=0.5, degrees=14.0, scale=(0.88, 1.12), translate=0.06),
            dict(
                type='BatchPasting', source=dict(type='PasteOccluders', folder='data/occluders', number=(1, 2), scale=(0.3, 0.75)), prob=0.2
            ),
            dict(type='BatchPasting', source=dict(type='DrawOccluders', face=(0.5, 0.54, 0.42)), prob=0.15),
            dict(type='BatchErasing', prob=0.4, size=(0.15, 0.55), fills=('mean', 'black', 'grey', 'noise', 'face')),
            dict(type='BatchLight', brightness=0.08, contrast=(0.8, 1.25)),
        ]
    )
)
train_dataloader = dict(dataset=dict(dataset=dict(labels='soft', least_votes=2)))
