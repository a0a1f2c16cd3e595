"""RUL on AffectNet, seven classes, with the recipe of RAF-DB and balanced sampling (61.43)."""

_base_ = ['_base_/rul.py', '_base_/recipe.py', 'ofer::_base_/datasets/affectnet.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_rul', 'ofer.parent_names'])
train_dataloader = dict(batch_size=64, dataset=dict(pipeline=_base_.noise_pipeline))
