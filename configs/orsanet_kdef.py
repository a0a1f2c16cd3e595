"""ORSANet (large) on KDEF, with the recipe of RAF-DB: none is published for this set. Fold 0 of 10, by person, validates.

Get the data from its authors, for research, and put or link it to data/kdef: AF01/AF01AFS.JPG and so on. The images are 562 x 762 pixels
with hair and shoulders: crop the faces first. Another fold has to be set in train_dataloader,
val_dataloader and test_dataloader alike, or people are in two of them.

Weights: checkpoints/{ir50,mobilefacenet,segface_swin_base}.pth, written by tools/convert/published.py from the published files.
"""

_base_ = ['_base_/balanced_224.py', '_base_/runtime.py']

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

train_dataloader = dict(batch_size=20, dataset=dict(type='KDEF', data_root='data/kdef', fold=0))
val_dataloader = dict(dataset=dict(type='KDEF', data_root='data/kdef', fold=0))
test_dataloader = val_dataloader
train_cfg = dict(by_epoch=True, max_epochs=400, val_interval=1)
optim_wrapper = dict(type='SAMOptimWrapper', rho=0.05, optimizer=dict(type='Adam', lr=4e-5))
param_scheduler = dict(type='ExponentialLR', gamma=0.98, by_epoch=True)
