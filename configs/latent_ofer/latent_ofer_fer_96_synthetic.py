"""The recognition network of Latent-OFER at 96 pixels, drawn faces, with the latents of latent_ofer_mae_96_synthetic.py's encoder.

A third of the training faces is occluded.
"""

_base_ = [
    '../_base_/models/latent_ofer_drawn_96.py',
    '../_base_/datasets/drawn_faces_96_table.py',
    '../_base_/runtime.py',
]

augmentations = [
    dict(type='BatchAffine', flip=0.5, degrees=8.0, scale=(0.95, 1.12), translate=0.04),
    dict(type='BatchLight', brightness=0.06, contrast=(0.85, 1.2)),
    dict(type='BatchPasting', source=dict(type='DrawOccluders'), prob=0.3, size=96),
    dict(type='BatchErasing', prob=0.1, size=(0.15, 0.5), fills=('mean', 'black', 'grey', 'noise', 'face')),
]
model = dict(_delete_=True, **_base_.model.classifier.model)
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
