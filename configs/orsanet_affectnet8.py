"""ORSANet (large) on AffectNet, eight classes, with the recipe of RAF-DB: the rate for this set is not published.

Get the data from its authors, for research, and put or link it to data/affectnet: the lists in Manually_Annotated_file_lists/ with
Manually_Annotated_Images/, or train_set/ and val_set/, or train/ and val/ with one folder a class. Images are taken as they are: crop
the faces first where your copy holds whole photographs. Beside it may lie the lists of occluded and turned faces, which come with Region
Attention Networks and fit copies with the images' first names only, and in data/fedro FED-RO: tools/test.py --sets test fed_ro, say,
tests on what is there.

Weights: checkpoints/{ir50,mobilefacenet,segface_swin_base}.pth, written by tools/convert/published.py from the published files.
"""

_base_ = ['_base_/balanced_224.py', '_base_/runtime.py']

model = dict(
    type='ORSANet',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=8
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
        num_classes=8,
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

train_dataloader = dict(batch_size=20, dataset=dict(type='AffectNet', data_root='data/affectnet', num_classes=8))
val_dataloader = dict(dataset=dict(type='AffectNet', data_root='data/affectnet', num_classes=8))
test_dataloader = val_dataloader
test_sets = dict(
    occlusion=dict(subset=dict(list_file='occlusion_affectnet_list.txt')),
    pose_30=dict(subset=dict(list_file='pose_30_affectnet_list.txt')),
    pose_45=dict(subset=dict(list_file='pose_45_affectnet_list.txt')),
    fed_ro=dict(type='FEDRO', data_root='data/fedro', split='test', num_classes=7),
)
train_cfg = dict(by_epoch=True, max_epochs=400, val_interval=1)
optim_wrapper = dict(type='SAMOptimWrapper', rho=0.05, optimizer=dict(type='Adam', lr=4e-5))
param_scheduler = dict(type='ExponentialLR', gamma=0.98, by_epoch=True)
