"""EAC on FERPlus (eight classes by majority vote), with the recipe of RAF-DB (published: 89.64)."""

_base_ = ['_base_/eac.py', '_base_/adam_60e.py', 'ofer::_base_/datasets/ferplus.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_eac', 'ofer.parent_names'])
model = dict(data_preprocessor=dict(num_classes=8), head=dict(num_classes=8))

train_dataloader = dict(dataset=dict(pipeline=_base_.eac_pipeline))
