"""POSTER V2 on RAF-DB, with the published recipe (92.21)."""

_base_ = ['_base_/poster_v2.py', '_base_/sam_adam_200e.py', 'ofer::_base_/datasets/rafdb.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_poster_v2', 'ofer.parent_names'])

train_dataloader = dict(batch_size=144, sampler=dict(_delete_=True, type='DefaultSampler', shuffle=True))
