"""Comparison to the painters at 48 pixels, FERPlus: the conditional mean of a normal distribution of faces. There are no training steps."""

_base_ = ['../_base_/datasets/ferplus_48_holes.py', '../_base_/runtime.py']

mirrored = dict(type='BatchAffine', flip=0.5, degrees=0.0, scale=(1.0, 1.0), translate=0.0)
model = dict(
    type='GaussianPainter',
    data_preprocessor=dict(type='FacePreprocessor', mean=[127.5, 127.5, 127.5], std=[127.5, 127.5, 127.5], augmentations=[mirrored]),
    size=48,
    channels=1,
)
del mirrored

optim_wrapper = dict(optimizer=dict(type='SGD', lr=1e-3))  # mmengine's Runner wants one; nothing is trained by it
model_wrapper_cfg = dict(type='AveragedGradients')  # for several processes: the model has its own training step
train_cfg = dict(by_epoch=True, max_epochs=1)
default_hooks = dict(checkpoint=dict(save_best=None))
