"""EfficientFace on RAF-DB, with the published recipe (88.36 at best, 88.17 at the end)."""

_base_ = ['_base_/efficientface.py', '_base_/recipe.py', 'ofer::_base_/datasets/rafdb.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_efficientface', 'ofer.parent_names'])
model = dict(teacher=dict(checkpoint='checkpoints/efficientface_teacher_rafdb.pth'))
train_dataloader = dict(
    batch_size=128, sampler=dict(_delete_=True, type='DefaultSampler', shuffle=True), dataset=dict(pipeline=_base_.crop_pipeline)
)
