"""Hybrid reconstruction on drawn faces of 64 pixels: small, for two cores.

First: python tools/train_stages.py configs/stages/latent_ofer_synthetic.py --only mae classifier, for the coarse painter and the classifier
of the semantic term. Holes are strokes, patches and what an occluder that was drawn over the face covers; the faces below are known.
Rivals of self-assembly: model.generator.assembly.type=CoherentSemanticAttention or ConventionalAssembly.
"""

_base_ = ['_base_/runtime.py']

num_epochs = 4
size, patch = 64, 8
strokes = [dict(type='FreeFormHole', share=(0.1, 0.4))]
patches = [dict(type='PatchHole', grid=size // patch, share=(0.1, 0.5))]
# as whole patches, which is how a detector reports them
objects = [dict(type='DrawOccluders'), dict(type='OcclusionHole', grow=1, grid=size // patch)]

model = dict(
    type='HybridInpainter',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
    coarse=dict(
        type='MaskedAutoencoder',
        data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
        encoder=dict(type='MaskedViT', img_size=size, patch_size=patch, embed_dims=96, depth=4, num_heads=3),
        decoder=dict(type='MaskedViTDecoder', grid=size // patch, patch_size=patch, in_dims=96, embed_dims=64, depth=1, num_heads=4),
        loss=dict(type='MaskedPatchLoss'),
        checkpoint='checkpoints/latent_ofer_mae_synthetic.pth',
    ),
    patch_size=patch,
    generator=dict(
        type='HybridUNet', assembly=dict(type='SelfAssembly'), base_channels=16, max_channels=64, num_levels=6, assembly_level=2
    ),
    perceptual=dict(type='VGG16Features', base_channels=16),
    discriminators=dict(
        image=dict(type='PatchDiscriminator', base_channels=16, num_layers=2),
        relu3_3=dict(type='PatchDiscriminator', in_channels=64, base_channels=64, max_channels=64, num_layers=1),
    ),
    reconstruction_weight=1.0,
    adversarial_weight=0.002,
    consistency=dict(type='ConsistencyLoss', layer='relu3_3', loss_weight=0.01),
    semantic=dict(
        type='SemanticConsistencyLoss',
        checkpoint='checkpoints/resnet18_small_synthetic.pth',
        input_size=None,
        loss_weight=1.0,
        classifier=dict(
            type='ImageClassifier',
            data_preprocessor=dict(
                type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=7
            ),
            backbone=dict(type='ResNet_CIFAR', depth=18, stem_channels=16, base_channels=16, strides=(2, 2, 2, 1)),
            neck=dict(type='GlobalAveragePooling'),
            head=dict(type='LinearClsHead', num_classes=7, in_channels=128, loss=dict(type='CrossEntropyLoss')),
        ),
    ),
)

train_dataloader = dict(
    batch_size=16,
    num_workers=1,
    persistent_workers=True,
    drop_last=True,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='SyntheticFaces',
        split='train',
        size=size,
        length=1750,
        pipeline=[
            dict(type='LoadFace'),
            dict(type='FlipFace', prob=0.5),
            dict(type='RandomChoice', transforms=[strokes, patches, objects], prob=[0.25, 0.25, 0.5]),
            dict(type='PackFace'),
        ],
    ),
)
val_dataloader = dict(
    batch_size=50,
    num_workers=1,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='SyntheticFaces',
        split='val',
        size=size,
        length=350,
        pipeline=[
            dict(type='LoadFace'),
            dict(type='DrawOccluders', seed=0),
            dict(type='OcclusionHole', grow=1, grid=size // patch),
            dict(type='PackFace'),
        ],
    ),
)
test_dataloader = dict(
    batch_size=50,
    num_workers=1,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='SyntheticFaces', split='test', size=size, length=350, pipeline=[dict(type='LoadFace'), dict(type='PackFace')]),
)
test_sets = dict(
    objects=dict(
        before_packing=[
            dict(type='DrawOccluders', seed=0),
            dict(type='OcclusionHole', grow=1, grid=size // patch),
        ]
    ),
    patches=dict(before_packing=[dict(type='PatchHole', grid=size // patch, share=(0.3, 0.3), seed=0)]),
    strokes=dict(before_packing=[dict(type='FreeFormHole', share=(0.3, 0.3), seed=0)]),
)
val_evaluator = dict(type='InpaintingMetric')
test_evaluator = val_evaluator
val_cfg = dict()
test_cfg = dict()

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=num_epochs)
model_wrapper_cfg = dict(type='AveragedGradients')  # in several processes: the model makes its own steps
optim_wrapper = dict(
    constructor='PartsOptimWrapperConstructor',
    generator=dict(optimizer=dict(type='Adam', lr=1e-3, betas=(0.5, 0.999)), clip_grad=dict(max_norm=5.0)),
    discriminators=dict(optimizer=dict(type='Adam', lr=2e-4, betas=(0.5, 0.999))),
)
param_scheduler = dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=True, T_max=num_epochs, convert_to_iter_based=True)
custom_hooks = [dict(type='ChannelsLastHook')]
default_hooks = dict(logger=dict(interval=20), checkpoint=dict(save_best=None))
