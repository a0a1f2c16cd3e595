"""A small masked autoencoder on FER2013's faces at 64 pixels: the first stage of Latent-OFER for CPUs."""

_base_ = ['../_base_/models/latent_ofer_small.py', '../_base_/datasets/fer2013.py', '../_base_/runtime.py']

model = dict(_delete_=True, **_base_.model.inpainter.model.coarse, mask_ratio=0.75)
del model['checkpoint']

train_dataloader = dict(
    batch_size=64,
    num_workers=1,
    dataset=dict(
        pipeline=[
            dict(type='LoadFace'),
            dict(type='RandomResizedCrop', scale=64, crop_ratio_range=(0.6, 1.0), backend='pillow'),
            dict(type='RandomFlip', prob=0.5),
            dict(type='PackFace'),
        ]
    ),
)
val_dataloader, val_evaluator, val_cfg = None, None, None
test_dataloader, test_evaluator, test_cfg, test_sets = None, None, None, None

train_cfg = dict(by_epoch=True, max_epochs=50)
optim_wrapper = dict(
    optimizer=dict(type='AdamW', lr=1e-3, betas=(0.9, 0.95), weight_decay=0.05),
    paramwise_cfg=dict(norm_decay_mult=0.0, bias_decay_mult=0.0),
    clip_grad=dict(max_norm=5.0),
)
param_scheduler = [
    dict(type='LinearLR', start_factor=0.01, by_epoch=True, end=3, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=True, begin=3, end=50, convert_to_iter_based=True),
]
default_hooks = dict(checkpoint=dict(interval=10, save_best=None))
