"""The published recipe for RAF-DB: SAM over Adam, 3.5e-5, a factor of 0.98 per epoch, 200 epochs."""

train_cfg = dict(by_epoch=True, max_epochs=200, val_interval=1)
optim_wrapper = dict(type='SAMOptimWrapper', rho=0.05, optimizer=dict(type='Adam', lr=3.5e-5))
param_scheduler = dict(type='ExponentialLR', gamma=0.98, by_epoch=True)
