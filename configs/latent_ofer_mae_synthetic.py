"""A small masked autoencoder on drawn faces: the first stage of Latent-OFER, in a few minutes on one core."""

_base_ = ['_base_/runtime.py']

num_epochs = 18
size, patch = 64, 8

model = dict(
    type='MaskedAutoencoder',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
    encoder=dict(type='MaskedViT', img_size=size, patch_size=patch, embed_dims=96, depth=4, num_heads=3),
    decoder=dict(type='MaskedViTDecoder', grid=size // patch, patch_size=patch, in_dims=96, embed_dims=64, depth=1, num_heads=4),
    loss=dict(type='MaskedPatchLoss'),
    mask_ratio=0.75,
)

train_dataloader = dict(
    batch_size=32,
    num_workers=1,
    persistent_workers=True,
    drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='SyntheticFaces',
        split='train',
        size=size,
        length=1050,
        keep=True,
        pipeline=[dict(type='LoadFace'), dict(type='FlipFace', prob=0.5), dict(type='PackFace')],
    ),
)

train_cfg = dict(by_epoch=True, max_epochs=num_epochs)
optim_wrapper = dict(optimizer=dict(type='AdamW', lr=2e-3, betas=(0.9, 0.95), weight_decay=0.05), clip_grad=dict(max_norm=5.0))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.01, by_epoch=True, end=2, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=True, begin=2, end=num_epochs, convert_to_iter_based=True),
]
default_hooks = dict(logger=dict(interval=20), checkpoint=dict(interval=num_epochs, save_best=None))
