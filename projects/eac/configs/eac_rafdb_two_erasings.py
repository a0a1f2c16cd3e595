"""EAC on RAF-DB as published for noisy labels: the mirror image is erased on its own, and has no noise."""

_base_ = ['_base_/eac.py', '_base_/adam_60e.py', 'ofer::_base_/datasets/rafdb.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_eac', 'ofer.parent_names'])

load, noise, resize, erase, _ = _base_.eac_pipeline
second = dict(type='SecondView', transforms=[resize, erase])
train_dataloader = dict(
    sampler=dict(_delete_=True, type='DefaultSampler', shuffle=True),
    dataset=dict(pipeline=[load, second, noise, resize, erase, dict(type='PackViews')]),
)
del load, noise, resize, erase, second, _
