"""EAC on AffectNet, seven classes drawn equally often, with the recipe of RAF-DB (published: 65.32)."""

_base_ = ['_base_/eac.py', '_base_/adam_60e.py', 'ofer::_base_/datasets/affectnet.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_eac', 'ofer.parent_names'])

train_dataloader = dict(dataset=dict(pipeline=_base_.eac_pipeline))
