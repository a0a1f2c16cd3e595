"""Hybrid reconstruction at its published size on RAF-DB: U-Net with self-assembly at 32 x 32, and all terms of Eq. 5.

First stages, by --cfg-options (without them the terms that need them work on random weights, of which a warning tells):

- model.perceptual.checkpoint=vgg16-397923af.pth, torchvision's file;
- model.semantic.checkpoint=work_dirs/resnet18_rafdb/best.pth, a classifier that resnet18_rafdb.py trained;
- model.coarse: a trained masked autoencoder; without one the mean colour is the coarse result.

Rivals of self-assembly: model.generator.assembly.type=CoherentSemanticAttention or ConventionalAssembly.
"""

_base_ = ['_base_/rafdb.py', '_base_/runtime.py']

num_epochs = 40
size = 256
rivals = [dict(type='CoherentSemanticAttention'), dict(type='ConventionalAssembly')]  # one may stand for the generator's assembly

model = dict(
    type='HybridInpainter',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
    coarse=None,
    coarse_size=224,
    patch_size=16,
    generator=dict(type='HybridUNet', assembly=dict(type='SelfAssembly'), base_channels=64, num_levels=8, assembly_level=3),
    perceptual=dict(type='VGG16Features', checkpoint=None),
    discriminators=dict(
        image=dict(type='PatchDiscriminator', num_layers=3),
        relu3_3=dict(type='PatchDiscriminator', in_channels=256, base_channels=512, num_layers=2),
    ),
    reconstruction_weight=1.0,
    adversarial_weight=0.002,
    consistency=dict(type='ConsistencyLoss', layer='relu4_3', loss_weight=0.01),
    semantic=dict(
        type='SemanticConsistencyLoss',
        checkpoint=None,
        input_size=224,
        loss_weight=1.0,
        classifier=dict(
            type='ImageClassifier',
            data_preprocessor=dict(
                type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=7
            ),
            backbone=dict(type='ResNet', depth=18),
            neck=dict(type='GlobalAveragePooling'),
            head=dict(type='LinearClsHead', num_classes=7, in_channels=512, loss=dict(type='CrossEntropyLoss')),
        ),
    ),
)

train_dataloader = dict(
    batch_size=8,
    sampler=dict(_delete_=True, type='DefaultSampler', shuffle=True),
    dataset=dict(
        pipeline=[
            dict(type='LoadFace'),
            dict(type='RandomFlip', prob=0.5),
            dict(type='Resize', scale=size),
            dict(
                type='RandomChoice',
                transforms=[[dict(type='PatchHole', grid=16, share=(0.1, 0.5))], [dict(type='FreeFormHole', share=(0.1, 0.5))]],
            ),
            dict(type='PackFace'),
        ]
    ),
)
val_dataloader = dict(
    dataset=dict(
        pipeline=[
            dict(type='LoadFace'),
            dict(type='Resize', scale=size),
            dict(type='PatchHole', grid=16, share=(0.3, 0.3), seed=0),
            dict(type='PackFace'),
        ]
    )
)
test_dataloader = val_dataloader
test_sets = dict(_delete_=True, test=dict())
test_sets = dict(
    patches=dict(),
    objects=dict(
        before_packing=[dict(type='PasteOccluders', folder='data/occluders', seed=0), dict(type='OcclusionHole', grow=2, grid=16)]
    ),
)
val_evaluator = dict(_delete_=True, type='InpaintingMetric')
test_evaluator = val_evaluator

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=1)
optim_wrapper = dict(
    constructor='PartsOptimWrapperConstructor',
    generator=dict(optimizer=dict(type='Adam', lr=2e-4, betas=(0.5, 0.999))),
    discriminators=dict(optimizer=dict(type='Adam', lr=2e-4, betas=(0.5, 0.999))),
)
param_scheduler = dict(type='LinearLR', start_factor=1.0, end_factor=0.01, by_epoch=True, begin=num_epochs // 2, end=num_epochs)
default_hooks = dict(checkpoint=dict(save_best='psnr_hole'))
