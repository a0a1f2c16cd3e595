"""A fast landmark network, robust to occlusion: MobileFaceNet of a quarter of the width, distilled from the published one on FER2013.

The teacher labels the clean images: ofer prepare landmarks configs/priors/mobilefacenet_quarter_fer2013.py checkpoints/mobilefacenet.pth
data/fer2013_landmarks.npz. The student gets them under pasted and drawn occluders (RGBA cut-outs in data/occluders). A third of the images
is used. Its input is grey faces at 96 pixels, with a sixteenth of the multiply-adds of the teacher.
"""

_base_ = ['../_base_/runtime.py']

num_epochs = 8
size = 96

model = dict(
    type='LandmarkDetector',
    data_preprocessor=dict(
        type='FacePreprocessor',
        grey=True,
        mean=[0, 0, 0],
        std=[255, 255, 255],
        augmentations=[
            dict(type='BatchAffine', flip=0.5, degrees=20.0, scale=(0.8, 1.2), translate=0.08),
            dict(
                type='BatchPasting',
                source=dict(type='PasteOccluders', folder='data/occluders', number=(1, 2), scale=(0.3, 0.75)),
                size=size,
                prob=0.35,
            ),
            dict(type='BatchPasting', source=dict(type='DrawOccluders', face=(0.5, 0.54, 0.42)), size=size, prob=0.25),
            dict(type='BatchErasing', prob=0.3, size=(0.15, 0.5), fills=('mean', 'black', 'grey', 'noise', 'face')),
            dict(type='BatchLight', brightness=0.1, contrast=(0.7, 1.3), blur=0.1),
        ],
    ),
    network=dict(type='MobileFaceNet', input_size=size, width=0.25),
    loss=dict(type='WingLoss'),
)

labelled = [
    dict(type='LoadFace'),
    dict(type='LoadLandmarks', file='data/fer2013_landmarks.npz'),
    dict(type='Resize', scale=size, backend='pillow'),
]
faces = dict(type='FER2013', data_root='data/fer2013')
train_dataloader = dict(
    batch_size=64,
    num_workers=0,
    drop_last=True,
    collate_fn=dict(type='whole_batch'),
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='ImageTable',
        dataset=dict(faces, split='train', indices=list(range(0, 28709, 3)), pipeline=[*labelled, dict(type='PackFace')]),
    ),
)
val_dataloader = dict(
    batch_size=128,
    num_workers=0,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        faces,
        split='val',
        indices=list(range(0, 3589, 3)),
        pipeline=[
            *labelled,
            dict(type='PasteOccluders', folder='data/occluders', scale=(0.25, 0.8), seed=0),
            dict(type='PackFace'),
        ],
    ),
)
test_dataloader = val_dataloader
test_sets = dict(clean=dict(pipeline=[*labelled, dict(type='PackFace')]), pasted=dict())
val_evaluator = dict(type='LandmarkMetric')
test_evaluator = val_evaluator
val_cfg = dict()
test_cfg = dict()

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=4)
optim_wrapper = dict(
    optimizer=dict(type='AdamW', lr=3e-3, weight_decay=0.01),
    clip_grad=dict(max_norm=5.0),
    # The bias of the last layer represents the mean face, which is far from the middle of the image, where training starts.
    paramwise_cfg=dict(custom_keys={'output_layer.bn': dict(lr_mult=10.0, decay_mult=0.0)}),
)
param_scheduler = [
    dict(type='LinearLR', start_factor=0.1, by_epoch=True, end=1, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=True, begin=1, end=num_epochs, convert_to_iter_based=True),
]
custom_hooks = [dict(type='ChannelsLastHook')]
default_hooks = dict(checkpoint=dict(save_best='nme_ocular', rule='less'))
