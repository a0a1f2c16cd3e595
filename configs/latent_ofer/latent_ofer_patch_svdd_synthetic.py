"""Patch-SVDD on the same images as latent_ofer_svdd_synthetic.py: a comparison of Table 1 of Latent-OFER."""

_base_ = ['../_base_/datasets/drawn_occlusion_64.py', '../_base_/schedules/one_class.py', '../_base_/runtime.py']

model = dict(
    type='OcclusionDetector',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
    detector=dict(type='PatchSVDD', patch_size=8),
)

train_cfg = dict(max_epochs=10, val_interval=10)
param_scheduler = dict(end=10)
custom_hooks = [dict(type='OneClassHook', interval=10)]
default_hooks = dict(logger=dict(interval=20), checkpoint=dict(interval=10, save_best=None))
