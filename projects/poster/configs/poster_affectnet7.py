"""POSTER (large) on AffectNet, seven classes, with the published recipe: 2e-6, no convolution over tokens (67.31)."""

_base_ = ['_base_/poster.py', '_base_/sam_adam_300e.py', 'ofer::_base_/datasets/affectnet.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_poster', 'ofer.parent_names'])
model = dict(interaction=dict(reintegration=False))

train_dataloader = dict(batch_size=200, dataset=dict(pipeline=_base_.poster_pipeline))
optim_wrapper = dict(optimizer=dict(lr=2e-6))
randomness = dict(seed=123)
