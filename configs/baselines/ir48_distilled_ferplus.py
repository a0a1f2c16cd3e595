"""Seed 0 of ir48_ferplus.py, trained on with masks over mouth and nose, and taught by the mean of seeds 0, 1 and 2.

Half of each label is what they predict for the face as it is: the student learns to predict it under occluders. The weights of the seeds
are in checkpoints/ir48_ferplus_0.pth, _1.pth and _2.pth; `ofer zoo train recogniser` trains all four.
"""

_base_ = [
    '../_base_/models/ir48.py',
    '../_base_/datasets/ferplus_48_table.py',
    '../_base_/schedules/muon_linear.py',
    '../_base_/runtime.py',
]

num_epochs = 14
falling = 2  # from this epoch on

model = dict(
    data_preprocessor=dict(
        augmentations=[
            dict(
                type='TeacherLabels',
                teacher={{_base_.model}},
                checkpoints=[f'checkpoints/ir48_ferplus_{seed}.pth' for seed in (0, 1, 2)],
                share=0.5,
            ),
            dict(type='BatchAffine', flip=0.5, degrees=14.0, scale=(0.88, 1.12), translate=0.06),
            dict(
                type='BatchPasting',
                source=dict(type='PasteOccluders', folder='data/occluders', number=(1, 2), scale=(0.3, 0.75)),
                prob=0.15,
            ),
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
                prob=0.15,
                degrees=8.0,
                translate=0.04,
                light=(0.5, 1.3),
            ),
            dict(type='BatchPasting', source=dict(type='DrawOccluders', face=(0.5, 0.54, 0.42)), prob=0.15),
            dict(type='BatchErasing', prob=0.45, size=(0.15, 0.55), fills=('mean', 'black', 'grey', 'noise', 'face')),
            dict(type='BatchLight', brightness=0.08, contrast=(0.8, 1.25)),
        ]
    )
)
train_dataloader = dict(dataset=dict(dataset=dict(labels='soft', least_votes=2)))
load_from = 'checkpoints/ir48_ferplus_0.pth'
train_cfg = dict(max_epochs=num_epochs)
optim_wrapper = dict(optimizer=dict(lr=2e-3))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.05, begin=0, end=0.5, by_epoch=True, convert_to_iter_based=True),
    dict(type='LinearLR', start_factor=1.0, end_factor=0.005, begin=falling, end=num_epochs, by_epoch=True, convert_to_iter_based=True),
]
