"""The structure of Latent-OFER's published recognition network: 78 latents of a fixed box, 475 M parameters, most of them in the box.

For its published weights, which `tools/convert/published.py latent_ofer` converts. The latents are handed in: those of a masked autoencoder
whose 768 values its decoder's first layer narrows to 512.
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
    embed=dict(type='LatentBoxMLP'),
    head=dict(type='PublishedLatentHead', num_classes=7, in_channels=512 + 256, loss=dict(type='CrossEntropyLoss')),
)
