"""EAC on RAF-DB, with the published recipe (90.35)."""

_base_ = ['_base_/eac.py', '_base_/adam_60e.py', 'ofer::_base_/datasets/rafdb.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_eac', 'ofer.parent_names'])

train_dataloader = dict(sampler=dict(_delete_=True, type='DefaultSampler', shuffle=True), dataset=dict(pipeline=_base_.eac_pipeline))
