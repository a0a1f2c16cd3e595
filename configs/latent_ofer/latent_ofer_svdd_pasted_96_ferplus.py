"""The detector of occlusion at 96 pixels, FERPlus: ViT-SVDD, trained with its encoder to locate occluders.

Occluders are drawn ones, cut-outs, rectangles and random pieces.
"""

_base_ = [
    '../_base_/models/latent_ofer_96.py',
    '../_base_/datasets/ferplus_96_table.py',
    '../_base_/runtime.py',
]

augmentations = [
    dict(type='BatchAffine', flip=0.5, degrees=8.0, scale=(0.95, 1.12), translate=0.04),
    dict(type='BatchLight', brightness=0.06, contrast=(0.85, 1.2)),
    dict(type='BatchPasting', source=dict(type='DrawOccluders', face=(0.5, 0.54, 0.42)), prob=0.2, size=48),
    dict(
        type='BatchPasting', source=dict(type='PasteOccluders', folder='data/occluders', number=(1, 2), scale=(0.3, 0.7)), prob=0.2, size=48
    ),
    dict(type='BatchErasing', prob=0.1, size=(0.15, 0.5), fills=('mean', 'black', 'grey', 'noise', 'face')),
]
model = dict(_delete_=True, **_base_.model.detector.model)
model['data_preprocessor'] = dict(model['data_preprocessor'], augmentations=augmentations)
del augmentations

# Objects at the 48 pixels of the images, half of the faces; the detector enlarges them.
val_dataloader = dict(dataset=dict(indices=list(range(1500, 2500)), pipeline=_base_.pasted))
test_dataloader = dict(dataset=dict(indices=1000, pipeline=_base_.pasted))
test_sets = dict(_delete_=True, objects=dict())
train_dataloader = dict(batch_size=256)
val_evaluator = dict(_delete_=True, type='OcclusionMetric')
test_evaluator = val_evaluator

optim_wrapper = dict(
    type='MixedPrecisionOptimWrapper',
    optimizer=dict(type='AdamW', lr=1e-3, betas=(0.9, 0.999), weight_decay=0.02),
    paramwise_cfg=dict(norm_decay_mult=0.0, bias_decay_mult=0.0),
    clip_grad=dict(max_norm=5.0),
)
train_cfg = dict(by_epoch=True, max_epochs=120, val_interval=120)
param_scheduler = [
    dict(type='LinearLR', start_factor=0.02, by_epoch=True, end=2, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min_ratio=0.005, by_epoch=True, begin=2, end=120, convert_to_iter_based=True),
]
# the threshold is set on faces that are not in training
custom_hooks = [
    dict(type='ChannelsLastHook'),
    dict(
        type='OneClassHook',
        interval=120,
        dataset=dict(type='FERPlus', data_root=_base_.data_root, split='val', indices=1500, pipeline=_base_.pipeline),
    ),
]
default_hooks = dict(checkpoint=dict(interval=10, max_keep_ckpts=1, save_best=None))
