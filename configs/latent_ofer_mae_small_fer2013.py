"""A small masked autoencoder on FER2013's faces at 64 pixels: the first stage of Latent-OFER where there is no GPU."""

_base_ = ['_base_/runtime.py']

num_epochs = 50
size, patch = 64, 8

model = dict(
    type='MaskedAutoencoder',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
    encoder=dict(type='MaskedViT', img_size=size, patch_size=patch, embed_dims=192, depth=6, num_heads=3),
    decoder=dict(type='MaskedViTDecoder', grid=size // patch, patch_size=patch, in_dims=192, embed_dims=96, depth=2, num_heads=3),
    loss=dict(type='MaskedPatchLoss'),
    mask_ratio=0.75,
)

train_dataloader = dict(
    batch_size=64,
    num_workers=1,
    persistent_workers=True,
    drop_last=True,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='FER2013',
        data_root='data/fer2013',
        split='train',
        pipeline=[
            dict(type='LoadFace'),
            dict(type='RandomResizedCrop', scale=size, crop_ratio_range=(0.6, 1.0)),
            dict(type='RandomFlip', prob=0.5),
            dict(type='PackFace'),
        ],
    ),
)

train_cfg = dict(by_epoch=True, max_epochs=num_epochs)
optim_wrapper = dict(
    optimizer=dict(type='AdamW', lr=1e-3, betas=(0.9, 0.95), weight_decay=0.05),
    paramwise_cfg=dict(norm_decay_mult=0.0, bias_decay_mult=0.0),
    clip_grad=dict(max_norm=5.0),
)
param_scheduler = [
    dict(type='LinearLR', start_factor=0.01, by_epoch=True, end=3, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=True, begin=3, end=num_epochs, convert_to_iter_based=True),
]
default_hooks = dict(checkpoint=dict(interval=10, save_best=None))
