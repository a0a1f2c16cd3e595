"""ORSANet (large) on RAF-DB as in orsanet_rafdb.py, with the frozen networks' features from disk.

They are computed once, 300 KB an image and 3.7 GB in all, and a training step computes only what is trained:
    python tools/prepare/cache_features.py configs/orsanet_rafdb_cached.py
The stored features are those of the whole face: what RandomErasing covers, they still see.

Weights: checkpoints/{ir50,mobilefacenet,segface_swin_base}.pth, written by tools/convert/published.py from the published files.
"""

_base_ = ['_base_/rafdb.py', '_base_/runtime.py']

model = dict(
    type='ORSANet',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=7
    ),
    backbone=dict(type='IRNet', arch='ir50', input_size=112, checkpoint='checkpoints/ir50.pth'),
    tokens=dict(type='GridTokens', in_channels=256, in_size=14, grid=7, embed_dims=512),
    parsing_prior=dict(
        type='ParsingPrior', network=dict(type='SegFace', encoder='swin_base'), checkpoint='checkpoints/segface_swin_base.pth'
    ),
    guidance=dict(type='SSGM', channels=512, semantic_channels=1024),
    landmark_prior=dict(type='LandmarkPrior', network=dict(type='MobileFaceNet'), checkpoint='checkpoints/mobilefacenet.pth'),
    interaction=dict(type='MCM', size='large', embed_dims=512, landmark_channels=512, grid=7),
    head=dict(
        type='GatedLinearHead',
        num_classes=7,
        in_channels=512,
        loss=dict(
            type='StagedLoss',
            stages=[
                dict(
                    epochs=5,
                    terms=[
                        dict(type='CrossEntropyLoss'),
                        dict(type='LabelSmoothLoss', label_smooth_val=0.2, mode='original', loss_weight=2.0),
                    ],
                ),
                dict(terms=[dict(type='CrossEntropyLoss'), dict(type='DARELoss', loss_weight=0.1)]),
            ],
        ),
    ),
)

train_dataloader = dict(batch_size=20)
train_cfg = dict(by_epoch=True, max_epochs=400, val_interval=1)
optim_wrapper = dict(type='SAMOptimWrapper', rho=0.05, optimizer=dict(type='Adam', lr=4e-5))
param_scheduler = dict(type='ExponentialLR', gamma=0.98, by_epoch=True)
custom_hooks = [dict(type='FeatureCacheHook', train='work_dirs/orsanet_rafdb_cached/features_train')]
