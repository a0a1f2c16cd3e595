"""The teacher of efficientface_ferplus.py, with the same recipe: none is published for it."""

_base_ = ['_base_/efficientface_teacher.py', '_base_/recipe.py', 'ofer::_base_/datasets/ferplus.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_efficientface', 'ofer.parent_names'])
model = dict(data_preprocessor=dict(num_classes=8), head=dict(num_classes=8))
train_dataloader = dict(batch_size=128, dataset=dict(pipeline=_base_.crop_pipeline))
