"""SCN on RAF-DB, with the published recipe (87.03)."""

_base_ = ['_base_/scn.py', '_base_/recipe.py', 'ofer::_base_/datasets/rafdb.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_scn', 'ofer.parent_names'])
train_dataloader = dict(
    batch_size=64, sampler=dict(_delete_=True, type='DefaultSampler', shuffle=True), dataset=dict(pipeline=_base_.noise_pipeline)
)
