"""ir_48 on FERPlus as in ir48_ferplus.py, taught by ir_48_wide: the labels are mixed with what it predicts for the face without occluders.

First: ofer train configs/baselines/ir48_wide_ferplus.py, and its weights into checkpoints/.
"""

_base_ = ['../_base_/models/ir48.py', '../_base_/datasets/ferplus_48_table.py', '../_base_/schedules/sgd_linear.py', '../_base_/runtime.py']

teacher = dict(
    type='ORSANet',
    data_preprocessor=dict(type='FacePreprocessor', mean=[127.5, 127.5, 127.5], std=[127.5, 127.5, 127.5], num_classes=8),
    backbone=dict(type='IRNet', arch='ir_48_wide', input_size=48, out_stages=(2, 3)),
    tokens=dict(type='GridTokens', in_channels=512, in_size=6, grid=6, embed_dims=512),
    head=dict(type='GatedLinearHead', num_classes=8, in_channels=512, loss=dict(type='CrossEntropyLoss', use_soft=True)),
    occlusion_head=dict(type='OcclusionMapHead', in_channels=(256, 512), grid=12),
)
model = dict(
    data_preprocessor=dict(
        augmentations=[
            dict(type='BatchAffine', flip=0.5, degrees=14.0, scale=(0.88, 1.12), translate=0.06),
            dict(type='BatchLight', brightness=0.08, contrast=(0.8, 1.25)),
            dict(type='TeacherLabels', teacher=teacher, checkpoints=['checkpoints/ir48_wide_ferplus.pth'], share=0.7),
            dict(
                type='BatchPasting', source=dict(type='PasteOccluders', folder='data/occluders', number=(1, 2), scale=(0.3, 0.75)), prob=0.2
            ),
            dict(type='BatchPasting', source=dict(type='DrawOccluders', face=(0.5, 0.54, 0.42)), prob=0.2),
            dict(type='BatchErasing', prob=0.5, size=(0.15, 0.55), fills=('mean', 'black', 'grey', 'noise', 'face')),
        ]
    )
)
del teacher

train_dataloader = dict(dataset=dict(dataset=dict(labels='soft', least_votes=2)))
