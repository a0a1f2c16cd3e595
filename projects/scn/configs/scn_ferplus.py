"""SCN on FERPlus (eight classes by majority vote), with the recipe of RAF-DB: none is published for this set."""

_base_ = ['_base_/scn.py', '_base_/recipe.py', 'ofer::_base_/datasets/ferplus.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_scn', 'ofer.parent_names'])
model = dict(data_preprocessor=dict(num_classes=8), head=dict(num_classes=8))
train_dataloader = dict(batch_size=64, dataset=dict(pipeline=_base_.noise_pipeline))
