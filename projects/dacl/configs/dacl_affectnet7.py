"""DACL on AffectNet, seven classes, with the recipe of RAF-DB and balanced sampling (65.20)."""

_base_ = ['_base_/dacl.py', '_base_/recipe.py', 'ofer::_base_/datasets/affectnet.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_dacl', 'ofer.parent_names'])
train_dataloader = dict(batch_size=64, dataset=dict(pipeline=_base_.five_crop_pipeline))
val_dataloader = dict(dataset=dict(pipeline=_base_.middle_pipeline))
test_dataloader = dict(dataset=dict(pipeline=_base_.middle_pipeline))
