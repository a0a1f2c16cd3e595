"""DACL on RAF-DB, with the published recipe (87.78)."""

_base_ = ['_base_/dacl.py', '_base_/recipe.py', 'ofer::_base_/datasets/rafdb.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_dacl', 'ofer.parent_names'])
train_dataloader = dict(
    batch_size=64, sampler=dict(_delete_=True, type='DefaultSampler', shuffle=True), dataset=dict(pipeline=_base_.five_crop_pipeline)
)
val_dataloader = dict(dataset=dict(pipeline=_base_.middle_pipeline))
test_dataloader = dict(dataset=dict(pipeline=_base_.middle_pipeline))
