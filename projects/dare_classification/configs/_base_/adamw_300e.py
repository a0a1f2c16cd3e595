"""The recipe of GFNet and CrossViT: AdamW at 5e-4 for 512 images, here for 128; 5 epochs of warm-up, cosine, 300 epochs."""

train_cfg = dict(by_epoch=True, max_epochs=300, val_interval=10)
optim_wrapper = dict(
    optimizer=dict(type='AdamW', lr=1.25e-4, weight_decay=0.05),
    paramwise_cfg=dict(
        norm_decay_mult=0.0,
        bias_decay_mult=0.0,
        custom_keys={'pos_embed': dict(decay_mult=0.0), 'cls_token': dict(decay_mult=0.0)},
    ),
)
param_scheduler = [
    dict(type='LinearLR', start_factor=0.008, begin=0, end=5, by_epoch=True, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', T_max=295, eta_min=1e-5, begin=5, end=300, by_epoch=True),
]
