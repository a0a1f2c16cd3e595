"""Patch-SVDD on FER2013's faces: the rival of latent_ofer_svdd_pasted_small_fer2013.py on the same images."""

_base_ = ['_base_/runtime.py', '_base_/fer2013_occlusion.py']

num_epochs = 10

model = dict(
    type='OcclusionDetector',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
    detector=dict(type='PatchSVDD', patch_size=8, nu=0.03),
    size=64,
)

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=num_epochs)
optim_wrapper = dict(optimizer=dict(type='AdamW', lr=1e-3, weight_decay=0.0))
param_scheduler = dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=True, end=num_epochs, convert_to_iter_based=True)
custom_hooks = [dict(type='OneClassHook', interval=num_epochs)]
default_hooks = dict(logger=dict(interval=20), checkpoint=dict(interval=num_epochs, save_best=None))
