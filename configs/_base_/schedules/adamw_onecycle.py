"""AdamW with a one-cycle rate, six epochs: the small recognisers, from scratch. Another length: max_epochs and total_steps."""

train_cfg = dict(by_epoch=True, max_epochs=6, val_interval=1)
optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='AdamW', lr=1e-3, weight_decay=0.05), clip_grad=dict(max_norm=5.0))
param_scheduler = dict(type='OneCycleLR', eta_max=1e-3, total_steps=6, by_epoch=True, convert_to_iter_based=True)
custom_hooks = [dict(type='ChannelsLastHook')]
