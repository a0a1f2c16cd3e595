"""Masked autoencoder of the published size (ViT-B/16 at 224) on RAF-DB: the first stage of Latent-OFER. Not trained by us.

It is best begun from a published file: python tools/convert/published.py mae SRC checkpoints/mae_vit_base.pth, with --norm-pix where it
was trained on normalised patches, as most were; then --cfg-options load_from=checkpoints/mae_vit_base.pth.
"""

_base_ = ['_base_/rafdb.py', '_base_/runtime.py']

num_epochs = 200
faces = [
    dict(type='LoadFace'),
    dict(type='RandomResizedCrop', scale=224, crop_ratio_range=(0.5, 1.0), interpolation='bicubic'),
    dict(type='RandomFlip', prob=0.5),
    dict(type='PackFace'),
]

model = dict(
    type='MaskedAutoencoder',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
    encoder=dict(type='MaskedViT', img_size=224, patch_size=16, embed_dims=768, depth=12, num_heads=12),
    decoder=dict(type='MaskedViTDecoder', grid=14, patch_size=16, in_dims=768, embed_dims=512, depth=8, num_heads=16),
    loss=dict(type='MaskedPatchLoss'),
    mask_ratio=0.75,
)

train_dataloader = dict(
    batch_size=64,
    sampler=dict(_delete_=True, type='DefaultSampler', shuffle=True),
    dataset=dict(pipeline=faces),
)
# there are no labels to be right about: the loss is the measure
val_dataloader, val_evaluator, val_cfg = None, None, None
test_dataloader, test_evaluator, test_cfg, test_sets = None, None, None, None
train_cfg = dict(by_epoch=True, max_epochs=num_epochs)
optim_wrapper = dict(
    type='MixedPrecisionOptimWrapper',
    dtype='bfloat16',
    optimizer=dict(type='AdamW', lr=1.5e-4, betas=(0.9, 0.95), weight_decay=0.05),
    paramwise_cfg=dict(norm_decay_mult=0.0, bias_decay_mult=0.0),
)
param_scheduler = [
    dict(type='LinearLR', start_factor=1e-4, by_epoch=True, end=20, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min=0.0, by_epoch=True, begin=20, end=num_epochs, convert_to_iter_based=True),
]
default_hooks = dict(checkpoint=dict(interval=20, save_best=None))
