"""AdamW with warm-up and cosine, 24 epochs: a detector that is trained with its encoder. The experiment adds OneClassHook."""

train_cfg = dict(by_epoch=True, max_epochs=24, val_interval=24)
optim_wrapper = dict(optimizer=dict(type='AdamW', lr=2e-3, weight_decay=0.02), clip_grad=dict(max_norm=5.0))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.02, by_epoch=True, end=1, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min_ratio=0.005, by_epoch=True, begin=1, end=24, convert_to_iter_based=True),
]
