"""SCN on AffectNet, seven classes, with the recipe of RAF-DB and balanced sampling: none is published for this set."""

_base_ = ['_base_/scn.py', '_base_/recipe.py', 'ofer::_base_/datasets/affectnet.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_scn', 'ofer.parent_names'])
train_dataloader = dict(batch_size=64, dataset=dict(pipeline=_base_.noise_pipeline))
