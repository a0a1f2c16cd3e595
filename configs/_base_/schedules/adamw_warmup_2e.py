"""AdamW with a warm-up of a fifth of an epoch and cosine, two epochs: the priors of `make demo-train`."""

train_cfg = dict(by_epoch=True, max_epochs=2, val_interval=2)
optim_wrapper = dict(optimizer=dict(type='AdamW', lr=2e-3, weight_decay=0.01), clip_grad=dict(max_norm=5.0))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.1, by_epoch=True, end=0.2, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=True, begin=0.2, end=2, convert_to_iter_based=True),
]
custom_hooks = [dict(type='ChannelsLastHook')]
