"""The plain network of irnet_small_ferplus.py, trained further with the schedule of orsanet_small_ferplus.py, from the same weights.

The difference to orsanet_small_ferplus.py is the effect of the priors: initial weights, images, epochs, rates and seed are equal.
"""

_base_ = [
    '../_base_/models/irnet_small.py',
    '../_base_/datasets/ferplus_48.py',
    '../_base_/schedules/adamw_onecycle.py',
    '../_base_/runtime.py',
]

optim_wrapper = dict(optimizer=dict(lr=3e-4), paramwise_cfg=dict(norm_decay_mult=0.0, bias_decay_mult=0.0))
param_scheduler = dict(eta_max=3e-4, pct_start=0.15)
load_from = 'checkpoints/irnet_small_ferplus.pth'
