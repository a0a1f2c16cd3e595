"""Comparison to the painters at 96 pixels, drawn faces: the conditional mean of a normal distribution of faces of 32 pixels in
colour. There are no training steps."""

_base_ = ['../_base_/datasets/drawn_faces_96_holes.py', '../_base_/runtime.py']

mirrored = dict(type='BatchAffine', flip=0.5, degrees=0.0, scale=(1.0, 1.0), translate=0.0)
model = dict(
    type='GaussianPainter',
    data_preprocessor=dict(type='FacePreprocessor', mean=[127.5, 127.5, 127.5], std=[127.5, 127.5, 127.5], augmentations=[mirrored]),
    size=32,
)
del mirrored

optim_wrapper = dict(optimizer=dict(type='SGD', lr=1e-3))  # mmengine's Runner wants one; nothing is trained by it
model_wrapper_cfg = dict(type='AveragedGradients')  # for several processes: the model has its own training step
train_cfg = dict(by_epoch=False, max_iters=164, val_interval=164)  # each face once
default_hooks = dict(checkpoint=dict(by_epoch=False, interval=164, save_best=None))
log_processor = dict(by_epoch=False)
