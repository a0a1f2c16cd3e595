"""A small masked autoencoder on drawn faces: the first stage of Latent-OFER, in a few minutes on one core."""

_base_ = ['../_base_/models/latent_ofer_tiny.py', '../_base_/datasets/drawn_occlusion_64.py', '../_base_/runtime.py']

model = dict(_delete_=True, **_base_.model.inpainter.model.coarse, mask_ratio=0.75)
del model['checkpoint']

train_dataloader = dict(dataset=dict(length=1050))
val_dataloader, val_evaluator, val_cfg = None, None, None
test_dataloader, test_evaluator, test_cfg, test_sets = None, None, None, None

train_cfg = dict(by_epoch=True, max_epochs=18)
optim_wrapper = dict(optimizer=dict(type='AdamW', lr=2e-3, betas=(0.9, 0.95), weight_decay=0.05), clip_grad=dict(max_norm=5.0))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.01, by_epoch=True, end=2, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=True, begin=2, end=18, convert_to_iter_based=True),
]
default_hooks = dict(logger=dict(interval=20), checkpoint=dict(interval=18, save_best=None))
