"""The plain net of irnet_small_ferplus.py, trained on with the schedule of orsanet_small_ferplus.py, from the same start.

Beside orsanet_small_ferplus.py it says what the priors add: start, images, epochs, rates and seed are the same.
"""

_base_ = ['_base_/ferplus_small.py', '_base_/runtime.py']

import mmengine

num_epochs = 6

model = mmengine.Config.fromfile('{{ fileDirname }}/irnet_small_ferplus.py').model

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=1)
optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(type='AdamW', lr=3e-4, weight_decay=0.05),
    paramwise_cfg=dict(norm_decay_mult=0.0, bias_decay_mult=0.0),
    clip_grad=dict(max_norm=5.0),
)
param_scheduler = dict(type='OneCycleLR', eta_max=3e-4, total_steps=num_epochs, by_epoch=True, convert_to_iter_based=True, pct_start=0.15)
custom_hooks = [dict(type='ChannelsLastHook')]
load_from = 'checkpoints/irnet_small_ferplus.pth'
