"""Muon for small networks from scratch: the learning rate rises over half an epoch, is constant, and falls linearly to 0 at the end.

The running mean of the weights is validated and saved.
"""

num_epochs = 44
falling = 11  # from this epoch on

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=1)
optim_wrapper = dict(type='MixedPrecisionOptimWrapper', optimizer=dict(type='TimmMuon', lr=5e-3, weight_decay=0.1, nesterov=True))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.05, begin=0, end=0.5, by_epoch=True, convert_to_iter_based=True),
    dict(type='LinearLR', start_factor=1.0, end_factor=0.005, begin=falling, end=num_epochs, by_epoch=True, convert_to_iter_based=True),
]
custom_hooks = [
    dict(type='ChannelsLastHook'),
    dict(type='EMAHook', ema_type='BatchedMovingAverage', momentum=0.024, interval=4, update_buffers=True),
]
