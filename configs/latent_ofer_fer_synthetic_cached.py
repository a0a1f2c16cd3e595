"""Latent-OFER's recognition network as in latent_ofer_fer_synthetic.py, with the latents from disk.

They are computed once, 25 KB an image, and the encoder does not run in training:
    python tools/prepare/cache_features.py configs/latent_ofer_fer_synthetic_cached.py
The stored latents are those of the whole face, as in the published code: what RandomErasing covers, they still see. Unlike there, a
mirrored image has its own. With a ViT-B/16 at 224 pixels they take 600 KB an image.
"""

_base_ = ['_base_/demo_faces.py', '_base_/runtime.py']

num_epochs = 6

model = dict(
    type='LatentFER',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=7
    ),
    backbone=dict(type='ResNet_CIFAR', depth=18, stem_channels=16, base_channels=16, strides=(2, 2, 2, 1)),  # 8 x 8 cells, as the latents
    neck=dict(type='CrossAttentionHeads', channels=128, num_heads=4),
    latents='selected',
    encoder=dict(
        type='LatentPrior',
        network=dict(type='MaskedViT', img_size=64, patch_size=8, embed_dims=96, depth=4, num_heads=3),
        input_format=dict(size=64),
        checkpoint='checkpoints/latent_ofer_mae_synthetic.pth',
    ),
    embed=dict(type='LatentMLP', in_dims=96, grid=8, place_dims=16, out_channels=128),
    head=dict(type='LinearClsHead', num_classes=7, in_channels=128 + 128, loss=dict(type='CrossEntropyLoss')),
)

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=1)
optim_wrapper = dict(optimizer=dict(type='AdamW', lr=1e-3, weight_decay=0.05), clip_grad=dict(max_norm=5.0))
param_scheduler = dict(type='OneCycleLR', eta_max=1e-3, total_steps=num_epochs, by_epoch=True, convert_to_iter_based=True)
custom_hooks = [
    dict(type='ChannelsLastHook'),
    dict(type='FeatureCacheHook', train='work_dirs/latent_ofer_fer_synthetic_cached/features_train'),
]
default_hooks = dict(logger=dict(interval=20))
