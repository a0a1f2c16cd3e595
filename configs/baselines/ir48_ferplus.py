"""The image backbone ir_48 on FERPlus under occlusion: votes as labels, pasted and drawn occluders in training, an occlusion map.

The learning rate rises over the first epoch, is then constant, and falls linearly to 0 over the last epochs. The running mean of the
weights is validated and saved. data/occluders holds cut-outs of hands, cups, glasses and masks (RGBA).
"""

_base_ = ['../_base_/datasets/ferplus_48_table.py', '../_base_/runtime.py']

num_epochs = 9
falling = 5  # from this epoch on

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

train_dataloader = dict(dataset=dict(dataset=dict(labels='soft', least_votes=2)))
train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=1)
optim_wrapper = dict(type='MixedPrecisionOptimWrapper', optimizer=dict(type='SGD', lr=0.1, momentum=0.9, nesterov=True, weight_decay=5e-4))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.02, begin=0, end=1, by_epoch=True, convert_to_iter_based=True),
    dict(type='LinearLR', start_factor=1.0, end_factor=0.005, begin=falling, end=num_epochs, by_epoch=True, convert_to_iter_based=True),
]
custom_hooks = [
    dict(type='ChannelsLastHook'),
    dict(type='EMAHook', ema_type='ExponentialMovingAverage', momentum=0.006, update_buffers=True),
]
