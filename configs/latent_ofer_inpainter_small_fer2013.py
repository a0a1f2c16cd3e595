"""Hybrid reconstruction on FER2013 at 96 pixels: small, for a CPU.

First: python tools/train_stages.py configs/stages/latent_ofer_ferplus.py --only mae classifier, for the coarse painter, which works at 64
pixels, and the classifier of the semantic term. Holes are strokes, patches and what an occluder that was drawn over the face covers.
Rivals of self-assembly: model.generator.assembly.type=CoherentSemanticAttention or ConventionalAssembly.
"""

_base_ = ['_base_/runtime.py']

import mmengine

num_iters = 2000
size = 96
strokes = [dict(type='FreeFormHole', share=(0.1, 0.4))]
patches = [dict(type='PatchHole', grid=8, share=(0.1, 0.5))]
# the faces are grey, and so is what is before them; as whole patches, which is how a detector reports them
grey = dict(type='RandomGrayscale', prob=1.0, keep_channels=True, channel_weights=(1, 2, 1))
objects = [dict(type='DrawOccluders', face=(0.5, 0.54, 0.42)), grey, dict(type='OcclusionHole', grow=1, grid=8)]

model = dict(
    type='HybridInpainter',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
    coarse=dict(
        type='MaskedAutoencoder',
        data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
        encoder=dict(type='MaskedViT', img_size=64, patch_size=8, embed_dims=192, depth=6, num_heads=3),
        decoder=dict(type='MaskedViTDecoder', grid=8, patch_size=8, in_dims=192, embed_dims=96, depth=2, num_heads=3),
        loss=dict(type='MaskedPatchLoss'),
        checkpoint='checkpoints/latent_ofer_mae_ferplus.pth',
    ),
    coarse_size=64,
    patch_size=8,
    generator=dict(
        type='HybridUNet', assembly=dict(type='SelfAssembly'), base_channels=32, max_channels=128, num_levels=5, assembly_level=2
    ),
    perceptual=dict(type='VGG16Features', base_channels=32),
    discriminators=dict(
        image=dict(type='PatchDiscriminator', base_channels=32, num_layers=2),
        relu3_3=dict(type='PatchDiscriminator', in_channels=128, base_channels=128, max_channels=128, num_layers=1),
    ),
    reconstruction_weight=1.0,
    adversarial_weight=0.002,
    consistency=dict(type='ConsistencyLoss', layer='relu3_3', loss_weight=0.01),
    semantic=dict(
        type='SemanticConsistencyLoss',
        checkpoint='checkpoints/irnet_small_ferplus.pth',
        input_size=48,
        loss_weight=1.0,
        classifier=mmengine.Config.fromfile('{{ fileDirname }}/irnet_small_ferplus.py').model,
    ),
)

train_dataloader = dict(
    batch_size=16,
    num_workers=1,
    persistent_workers=True,
    drop_last=True,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='InfiniteSampler', shuffle=True),
    dataset=dict(
        type='FER2013',
        data_root='data/fer2013',
        split='train',
        pipeline=[
            dict(type='LoadFace'),
            dict(type='FlipFace', prob=0.5),
            dict(type='Resize', scale=size),
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
        type='FER2013',
        data_root='data/fer2013',
        split='val',
        pipeline=[
            dict(type='LoadFace'),
            dict(type='Resize', scale=size),
            dict(type='DrawOccluders', face=(0.5, 0.54, 0.42), seed=0),
            grey,
            dict(type='OcclusionHole', grow=1, grid=8),
            dict(type='PackFace'),
        ],
    ),
)
test_dataloader = dict(
    batch_size=50,
    num_workers=1,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='FER2013',
        data_root='data/fer2013',
        split='test',
        pipeline=[dict(type='LoadFace'), dict(type='Resize', scale=size), dict(type='PackFace')],
    ),
)
test_sets = dict(
    objects=dict(
        before_packing=[
            dict(type='DrawOccluders', face=(0.5, 0.54, 0.42), seed=0),
            grey,
            dict(type='OcclusionHole', grow=1, grid=8),
        ]
    ),
    patches=dict(before_packing=[dict(type='PatchHole', grid=8, share=(0.3, 0.3), seed=0)]),
    strokes=dict(before_packing=[dict(type='FreeFormHole', share=(0.3, 0.3), seed=0)]),
)
val_evaluator = dict(type='InpaintingMetric')
test_evaluator = val_evaluator
val_cfg = dict()
test_cfg = dict()

train_cfg = dict(by_epoch=False, max_iters=num_iters, val_interval=num_iters)
model_wrapper_cfg = dict(type='AveragedGradients')  # in several processes: the model makes its own steps
optim_wrapper = dict(
    constructor='PartsOptimWrapperConstructor',
    generator=dict(optimizer=dict(type='Adam', lr=1e-3, betas=(0.5, 0.999)), clip_grad=dict(max_norm=5.0)),
    discriminators=dict(optimizer=dict(type='Adam', lr=2e-4, betas=(0.5, 0.999))),
)
param_scheduler = dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=False, T_max=num_iters)
custom_hooks = [dict(type='ChannelsLastHook')]
default_hooks = dict(checkpoint=dict(by_epoch=False, interval=num_iters, save_best='psnr_hole'))
log_processor = dict(by_epoch=False)
