"""The optimiser of SpectralFormer: Adam at 5e-4. Each experiment has its own decay, length and schedule."""

train_cfg = dict(by_epoch=True, val_interval=50)
optim_wrapper = dict(optimizer=dict(type='Adam', lr=5e-4))
