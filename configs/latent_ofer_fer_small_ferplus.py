"""Latent-OFER's recognition network on FERPlus, for CPUs: a narrow ResNet-18 at 48 pixels beside 8 x 8 latents.

First: python tools/train_stages.py configs/stages/latent_ofer_ferplus.py --only mae, the autoencoder of 64 pixels to whose size the encoder
enlarges the images. Rows of Table 10: model.latents=full; or model.latents=none with model.encoder=None, model.embed=None and
model.head.in_channels=256; or the latents alone with model.image_feature=False and model.head.in_channels=128.
"""

_base_ = ['_base_/ferplus_small.py', '_base_/runtime.py']

num_epochs = 6

model = dict(
    type='LatentFER',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=8
    ),
    backbone=dict(type='ResNet_CIFAR', depth=18, stem_channels=32, base_channels=32),  # does not halve at the stem: 6 x 6 cells
    neck=dict(type='CrossAttentionHeads', channels=256, num_heads=4),
    latents='selected',
    encoder=dict(
        type='LatentPrior',
        network=dict(type='MaskedViT', img_size=64, patch_size=8, embed_dims=192, depth=6, num_heads=3),
        input_format=dict(size=64),
        checkpoint='checkpoints/latent_ofer_mae_ferplus.pth',
    ),
    embed=dict(type='LatentMLP', in_dims=192, grid=8, place_dims=16, out_channels=128),
    head=dict(type='LinearClsHead', num_classes=8, in_channels=256 + 128, loss=dict(type='CrossEntropyLoss', use_soft=True)),
)

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=1)
optim_wrapper = dict(
    optimizer=dict(type='AdamW', lr=1e-3, weight_decay=0.05),
    paramwise_cfg=dict(norm_decay_mult=0.0, bias_decay_mult=0.0),
    clip_grad=dict(max_norm=5.0),
)
param_scheduler = dict(type='OneCycleLR', eta_max=1.5e-3, total_steps=num_epochs, by_epoch=True, convert_to_iter_based=True, pct_start=0.25)
custom_hooks = [dict(type='ChannelsLastHook')]
