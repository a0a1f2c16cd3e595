"""POSTER V2 on FERPlus (eight classes by majority vote), with the recipe of RAF-DB: none is published for this set."""

_base_ = ['_base_/poster_v2.py', '_base_/sam_adam_200e.py', 'ofer::_base_/datasets/ferplus.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_poster_v2', 'ofer.parent_names'])
model = dict(data_preprocessor=dict(num_classes=8), head=dict(num_classes=8))

train_dataloader = dict(batch_size=144)
