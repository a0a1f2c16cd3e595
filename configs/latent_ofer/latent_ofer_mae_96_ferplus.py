"""The masked autoencoder of Latent-OFER at 96 pixels, FERPlus: the coarse painter.

It hides what it will have to paint: the area of occluders, strokes and random patches.
"""

_base_ = [
    '../_base_/models/latent_ofer_96.py',
    '../_base_/datasets/ferplus_96_table.py',
    '../_base_/runtime.py',
]

augmentations = [
    dict(type='BatchAffine', flip=0.5, degrees=8.0, scale=(0.95, 1.12), translate=0.04),
    dict(type='BatchLight', brightness=0.06, contrast=(0.85, 1.2)),
    dict(type='KeepTruth'),
    dict(type='BatchPasting', source=dict(type='DrawOccluders', face=(0.5, 0.54, 0.42)), prob=0.2, size=48),
    dict(
        type='BatchPasting', source=dict(type='PasteOccluders', folder='data/occluders', number=(1, 2), scale=(0.3, 0.7)), prob=0.2, size=48
    ),
    dict(type='BatchHole', grid=12, stroke=0.4, share=(0.3, 0.75), thickness=(0.15, 0.4)),
]
model = dict(_delete_=True, **_base_.model.inpainter.model.coarse)
del model['checkpoint']
model['data_preprocessor'] = dict(model['data_preprocessor'], augmentations=augmentations)
del augmentations

train_dataloader = dict(batch_size=512, sampler=dict(_delete_=True, type='InfiniteSampler', shuffle=True))
val_dataloader, val_evaluator, val_cfg = None, None, None
test_dataloader, test_evaluator, test_cfg, test_sets = None, None, None, None

optim_wrapper = dict(
    type='MixedPrecisionOptimWrapper',
    optimizer=dict(type='AdamW', lr=2e-3, betas=(0.9, 0.95), weight_decay=0.05),
    paramwise_cfg=dict(norm_decay_mult=0.0, bias_decay_mult=0.0),
    clip_grad=dict(max_norm=5.0),
)
train_cfg = dict(by_epoch=False, max_iters=40000)
param_scheduler = [
    dict(type='LinearLR', start_factor=0.01, by_epoch=False, end=1000),
    dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=False, begin=1000, end=40000),
]
custom_hooks = [dict(type='ChannelsLastHook')]
default_hooks = dict(checkpoint=dict(by_epoch=False, interval=40000, save_best=None))
log_processor = dict(by_epoch=False)
