"""The structure of Latent-OFER's published recognition network: 78 latents of a fixed box, 475 M parameters, most of them in the box.

For its published weights, end to end on images:

    ofer convert latent_ofer SRC checkpoints/latent_ofer_fer_rafdb_published.pth --labels rafdb
    ofer convert mae SRC checkpoints/latent_ofer_mae_rafdb.pth
    ofer test configs/latent_ofer/latent_ofer_fer_rafdb_published.py checkpoints/latent_ofer_fer_rafdb_published.pth --all

The published file holds no autoencoder: its latents, which the first layer of the decoder narrows from 768 values to 512, come from the
second file. Which autoencoder the authors used is not stated.
"""

_base_ = ['../_base_/datasets/rafdb.py', '../_base_/runtime.py']

model = dict(
    type='LatentFER',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=7
    ),
    backbone=dict(type='ResNet', depth=18),
    neck=dict(type='CrossAttentionHeads', channels=512, num_heads=4, normalize=False),
    latents='full',
    encoder=dict(
        type='NarrowedLatentPrior',
        network=dict(type='MaskedViT', img_size=224, patch_size=16, embed_dims=768, depth=12, num_heads=12),
        checkpoint='checkpoints/latent_ofer_mae_rafdb.pth',
    ),
    embed=dict(type='LatentBoxMLP'),
    head=dict(type='PublishedLatentHead', num_classes=7, in_channels=512 + 256, loss=dict(type='CrossEntropyLoss')),
)
