"""The recipe of ORSANet's published log for RAF-DB: SAM over Adam, 4e-5, a factor of 0.98 per epoch, up to 400 epochs.

The other logs differ in rate and length, which their experiments state.
"""

train_cfg = dict(by_epoch=True, max_epochs=400, val_interval=1)
optim_wrapper = dict(type='SAMOptimWrapper', rho=0.05, optimizer=dict(type='Adam', lr=4e-5))
param_scheduler = dict(type='ExponentialLR', gamma=0.98, by_epoch=True)
