"""RUL on RAF-DB, with the published recipe (88.98)."""

_base_ = ['_base_/rul.py', '_base_/recipe.py', 'ofer::_base_/datasets/rafdb.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_rul', 'ofer.parent_names'])
train_dataloader = dict(
    batch_size=64, sampler=dict(_delete_=True, type='DefaultSampler', shuffle=True), dataset=dict(pipeline=_base_.noise_pipeline)
)
