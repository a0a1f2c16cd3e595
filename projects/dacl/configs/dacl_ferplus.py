"""DACL on FERPlus (eight classes by majority vote), with the recipe of RAF-DB: none is published for this set."""

_base_ = ['_base_/dacl.py', '_base_/recipe.py', 'ofer::_base_/datasets/ferplus.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_dacl', 'ofer.parent_names'])
model = dict(data_preprocessor=dict(num_classes=8), head=dict(num_classes=8))
train_dataloader = dict(batch_size=64, dataset=dict(pipeline=_base_.five_crop_pipeline))
val_dataloader = dict(dataset=dict(pipeline=_base_.middle_pipeline))
test_dataloader = dict(dataset=dict(pipeline=_base_.middle_pipeline))
