"""The image backbone ir_48 with an occlusion map, for grey faces of 48 pixels that are occluded in training by pasted and drawn objects and
rectangles. data/occluders holds cut-outs of hands, cups, glasses and masks (RGBA)."""

model = dict(
    type='ORSANet',
    data_preprocessor=dict(
        type='FacePreprocessor',
        mean=[127.5, 127.5, 127.5],
        std=[127.5, 127.5, 127.5],
        num_classes=8,
        augmentations=[
            dict(type='BatchAffine', flip=0.5, degrees=14.0, scale=(0.88, 1.12), translate=0.06),
            dict(
                type='BatchPasting', source=dict(type='PasteOccluders', folder='data/occluders', number=(1, 2), scale=(0.3, 0.75)), prob=0.2
            ),
            dict(type='BatchPasting', source=dict(type='DrawOccluders', face=(0.5, 0.54, 0.42)), prob=0.2),
            dict(type='BatchErasing', prob=0.5, size=(0.15, 0.55), fills=('mean', 'black', 'grey', 'noise', 'face')),
            dict(type='BatchLight', brightness=0.08, contrast=(0.8, 1.25)),
        ],
    ),
    backbone=dict(type='IRNet', arch='ir_48', input_size=48, out_stages=(2, 3)),
    tokens=dict(type='GridTokens', in_channels=256, in_size=6, grid=6, embed_dims=256),
    head=dict(type='GatedLinearHead', num_classes=8, in_channels=256, loss=dict(type='CrossEntropyLoss', use_soft=True)),
    occlusion_head=dict(type='OcclusionMapHead', in_channels=(128, 256), grid=12),
)
