"""SGD for small networks from scratch: the learning rate rises over the first epoch, is constant, and falls linearly to 0 at the end.

The running mean of the weights is validated and saved.
"""

num_epochs = 30
falling = 12  # from this epoch on

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=1)
optim_wrapper = dict(type='MixedPrecisionOptimWrapper', optimizer=dict(type='SGD', lr=0.1, momentum=0.9, nesterov=True, weight_decay=5e-4))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.02, begin=0, end=1, by_epoch=True, convert_to_iter_based=True),
    dict(type='LinearLR', start_factor=1.0, end_factor=0.005, begin=falling, end=num_epochs, by_epoch=True, convert_to_iter_based=True),
]
custom_hooks = [
    dict(type='ChannelsLastHook'),
    dict(type='EMAHook', ema_type='BatchedMovingAverage', momentum=0.024, interval=4, update_buffers=True),
]
