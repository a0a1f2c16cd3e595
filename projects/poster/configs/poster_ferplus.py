"""POSTER (large) on FERPlus (eight classes by majority vote), with the recipe of RAF-DB (published: 91.62)."""

_base_ = ['_base_/poster.py', '_base_/sam_adam_300e.py', 'ofer::_base_/datasets/ferplus.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_poster', 'ofer.parent_names'])
model = dict(data_preprocessor=dict(num_classes=8), head=dict(num_classes=8))

train_dataloader = dict(batch_size=200, dataset=dict(pipeline=_base_.poster_pipeline))
randomness = dict(seed=123)
