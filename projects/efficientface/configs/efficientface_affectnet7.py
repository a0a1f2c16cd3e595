"""EfficientFace on AffectNet, seven classes, with the published recipe: 20 epochs (63.70 at best, 62.90 at the end)."""

_base_ = ['_base_/efficientface.py', '_base_/recipe.py', 'ofer::_base_/datasets/affectnet.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_efficientface', 'ofer.parent_names'])
model = dict(teacher=dict(checkpoint='checkpoints/efficientface_teacher_affectnet7.pth'))
train_dataloader = dict(
    batch_size=128, sampler=dict(_delete_=True, type='DefaultSampler', shuffle=True), dataset=dict(pipeline=_base_.crop_pipeline)
)
train_cfg = dict(max_epochs=20)
param_scheduler = dict(step_size=5)
