"""POSTER (large) on RAF-DB, with the published recipe, on BGR images as published (92.05)."""

_base_ = ['_base_/poster.py', '_base_/sam_adam_300e.py', 'ofer::_base_/datasets/rafdb.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_poster', 'ofer.parent_names'])
model = dict(data_preprocessor=dict(channel_order='bgr'), landmark_prior=dict(input_format=dict(channel_order='bgr')))

train_dataloader = dict(
    batch_size=200, sampler=dict(_delete_=True, type='DefaultSampler', shuffle=True), dataset=dict(pipeline=_base_.poster_pipeline)
)
randomness = dict(seed=123)
