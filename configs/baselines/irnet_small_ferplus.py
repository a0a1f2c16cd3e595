"""The image backbone of orsanet_small_ferplus.py alone, on FERPlus: no priors, the mean over the grid is classified.

It is the baseline of the small ORSANet and, after nine epochs, its initialisation, as the published ORSANet starts from a face recogniser.
"""

_base_ = ['../_base_/models/irnet_small.py', '../_base_/datasets/ferplus_48.py', '../_base_/runtime.py']

train_cfg = dict(by_epoch=True, max_epochs=25, val_interval=1)
optim_wrapper = dict(
    optimizer=dict(type='SGD', lr=0.05, momentum=0.9, nesterov=True, weight_decay=5e-4),
    paramwise_cfg=dict(norm_decay_mult=0.0, bias_decay_mult=0.0),
    clip_grad=dict(max_norm=5.0),
)
param_scheduler = dict(type='OneCycleLR', eta_max=0.05, total_steps=25, by_epoch=True, convert_to_iter_based=True, pct_start=0.25)
custom_hooks = [dict(type='ChannelsLastHook')]
