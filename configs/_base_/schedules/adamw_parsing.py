"""AdamW for a face parser: one cycle of 600 steps."""

num_iters = 600

train_cfg = dict(by_epoch=False, max_iters=num_iters, val_interval=num_iters)
optim_wrapper = dict(
    optimizer=dict(type='AdamW', lr=2e-3, weight_decay=0.01),
    clip_grad=dict(max_norm=5.0),
)
param_scheduler = dict(type='OneCycleLR', eta_max=2e-3, total_steps=num_iters, by_epoch=False, pct_start=0.1)
custom_hooks = [dict(type='ChannelsLastHook')]
