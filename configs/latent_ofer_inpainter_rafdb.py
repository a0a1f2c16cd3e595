"""Hybrid reconstruction at its published size on RAF-DB: U-Net with self-assembly at 32 x 32, and all terms of Eq. 5. Not trained by us.

First stages, which tools/train_stages.py configs/stages/latent_ofer_rafdb.py trains: the masked autoencoder and a classifier. By hand:

- checkpoints/vgg16.pth: torchvision's vgg16-397923af.pth;
- data/occluders: cut-outs of objects with transparency (RGBA), to paste over the faces.

Rivals of self-assembly: model.generator.assembly.type=CoherentSemanticAttention or ConventionalAssembly.
"""

_base_ = ['_base_/rafdb.py', '_base_/runtime.py']

num_epochs = 40
size = 256
strokes = [dict(type='FreeFormHole', share=(0.1, 0.4))]
patches = [dict(type='PatchHole', grid=14, share=(0.1, 0.5))]
# as whole patches, which is how a detector reports them
objects = [
    dict(type='PasteOccluders', folder='data/occluders'),
    dict(type='OcclusionHole', grow=2, grid=14),
]
rivals = [dict(type='CoherentSemanticAttention'), dict(type='ConventionalAssembly')]  # one may stand for the generator's assembly

model = dict(
    type='HybridInpainter',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
    coarse=dict(
        type='MaskedAutoencoder',
        data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
        encoder=dict(type='MaskedViT', img_size=224, patch_size=16, embed_dims=768, depth=12, num_heads=12),
        decoder=dict(type='MaskedViTDecoder', grid=14, patch_size=16, in_dims=768, embed_dims=512, depth=8, num_heads=16),
        loss=dict(type='MaskedPatchLoss'),
        checkpoint='checkpoints/latent_ofer_mae_rafdb.pth',
    ),
    coarse_size=224,
    patch_size=16,
    generator=dict(type='HybridUNet', assembly=dict(type='SelfAssembly'), base_channels=64, num_levels=8, assembly_level=3),
    perceptual=dict(type='VGG16Features', checkpoint='checkpoints/vgg16.pth'),
    discriminators=dict(
        image=dict(type='PatchDiscriminator', num_layers=3),
        relu3_3=dict(type='PatchDiscriminator', in_channels=256, base_channels=512, num_layers=2),
    ),
    reconstruction_weight=1.0,
    adversarial_weight=0.002,
    consistency=dict(type='ConsistencyLoss', layer='relu4_3', loss_weight=0.01),
    semantic=dict(
        type='SemanticConsistencyLoss',
        checkpoint='checkpoints/resnet18_rafdb.pth',
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
            dict(type='RandomChoice', transforms=[strokes, patches, objects], prob=[0.25, 0.25, 0.5]),
            dict(type='PackFace'),
        ]
    ),
)
val_dataloader = dict(
    dataset=dict(
        pipeline=[
            dict(type='LoadFace'),
            dict(type='Resize', scale=size),
            dict(type='PasteOccluders', folder='data/occluders', seed=0),
            dict(type='OcclusionHole', grow=2, grid=14),
            dict(type='PackFace'),
        ]
    )
)
test_dataloader = dict(dataset=dict(pipeline=[dict(type='LoadFace'), dict(type='Resize', scale=size), dict(type='PackFace')]))
test_sets = dict(
    _delete_=True,
    objects=dict(
        before_packing=[
            dict(type='PasteOccluders', folder='data/occluders', seed=0),
            dict(type='OcclusionHole', grow=2, grid=14),
        ]
    ),
    patches=dict(before_packing=[dict(type='PatchHole', grid=14, share=(0.3, 0.3), seed=0)]),
    strokes=dict(before_packing=[dict(type='FreeFormHole', share=(0.3, 0.3), seed=0)]),
)
val_evaluator = dict(_delete_=True, type='InpaintingMetric')
test_evaluator = val_evaluator

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=1)
model_wrapper_cfg = dict(type='AveragedGradients')  # in several processes: the model makes its own steps
optim_wrapper = dict(
    constructor='PartsOptimWrapperConstructor',
    generator=dict(optimizer=dict(type='Adam', lr=2e-4, betas=(0.5, 0.999))),
    discriminators=dict(optimizer=dict(type='Adam', lr=2e-4, betas=(0.5, 0.999))),
)
param_scheduler = dict(type='LinearLR', start_factor=1.0, end_factor=0.01, by_epoch=True, begin=num_epochs // 2, end=num_epochs)
default_hooks = dict(checkpoint=dict(save_best='psnr_hole'))
