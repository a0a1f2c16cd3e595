"""A narrow ResNet-18 at 96 pixels, FERPlus: the classifier of the semantic term of
latent_ofer_inpainter_96_ferplus.py. It sees no occluders.
"""

_base_ = [
    '../_base_/models/latent_ofer_96.py',
    '../_base_/datasets/ferplus_96_table.py',
    '../_base_/runtime.py',
]

augmentations = [
    dict(type='BatchAffine', flip=0.5, degrees=8.0, scale=(0.95, 1.12), translate=0.04),
    dict(type='BatchLight', brightness=0.06, contrast=(0.85, 1.2)),
]
model = dict(_delete_=True, **_base_.model.inpainter.model.semantic.classifier)
model['data_preprocessor'] = dict(model['data_preprocessor'], augmentations=augmentations)
del augmentations

optim_wrapper = dict(
    type='MixedPrecisionOptimWrapper',
    optimizer=dict(type='AdamW', lr=2e-3, betas=(0.9, 0.999), weight_decay=0.05),
    paramwise_cfg=dict(norm_decay_mult=0.0, bias_decay_mult=0.0),
    clip_grad=dict(max_norm=5.0),
)
train_cfg = dict(by_epoch=True, max_epochs=20, val_interval=20)
param_scheduler = dict(type='OneCycleLR', eta_max=2e-3, total_steps=20, by_epoch=True, convert_to_iter_based=True)
custom_hooks = [dict(type='ChannelsLastHook')]
