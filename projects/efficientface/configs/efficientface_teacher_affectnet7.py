"""The teacher of efficientface_affectnet7.py, with the same recipe: none is published for it."""

_base_ = ['_base_/efficientface_teacher.py', '_base_/recipe.py', 'ofer::_base_/datasets/affectnet.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_efficientface', 'ofer.parent_names'])
train_dataloader = dict(
    batch_size=128, sampler=dict(_delete_=True, type='DefaultSampler', shuffle=True), dataset=dict(pipeline=_base_.crop_pipeline)
)
train_cfg = dict(max_epochs=20)
param_scheduler = dict(step_size=5)
