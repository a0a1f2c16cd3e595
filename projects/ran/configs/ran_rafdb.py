"""RAN on RAF-DB, six regions, with the recipe of FERPlus: no code is published for this set (published: 86.90)."""

_base_ = ['_base_/ran.py', '_base_/sgd_60e.py', 'ofer::_base_/datasets/rafdb.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_ran', 'ofer.parent_names'])

train_dataloader = dict(
    batch_size=128, sampler=dict(_delete_=True, type='DefaultSampler', shuffle=True), dataset=dict(pipeline=_base_.ran_pipeline)
)
