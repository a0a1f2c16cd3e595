"""The detector of occlusion at 48 pixels, FERPlus: ViT-SVDD, trained with its encoder to locate occluders.

Occluders are drawn ones, cut-outs, rectangles and random pieces.
"""

_base_ = [
    '../_base_/models/latent_ofer_48.py',
    '../_base_/datasets/ferplus_48_table.py',
    '../_base_/schedules/muon_linear.py',
    '../_base_/runtime.py',
]

augmentations = [
    dict(type='BatchAffine', flip=0.5, degrees=8.0, scale=(0.95, 1.12), translate=0.04),
    dict(type='BatchLight', brightness=0.06, contrast=(0.85, 1.2)),
    dict(type='BatchPasting', source=dict(type='DrawOccluders', face=(0.5, 0.54, 0.42)), prob=0.2),
    dict(type='BatchPasting', source=dict(type='PasteOccluders', folder='data/occluders', number=(1, 2), scale=(0.3, 0.7)), prob=0.2),
    dict(type='BatchErasing', prob=0.1, size=(0.15, 0.5), fills=('mean', 'black', 'grey', 'noise', 'face')),
]
model = dict(_delete_=True, **_base_.model.detector.model)
model['data_preprocessor'] = dict(model['data_preprocessor'], augmentations=augmentations)
del augmentations

train_dataloader = dict(batch_size=64)
pasted = [
    dict(type='LoadFace'),
    dict(type='PasteOccluders', folder='data/occluders', prob=0.5, seed=0),
    dict(type='RandomGrayscale', prob=1.0, keep_channels=True, channel_weights=(1, 2, 1)),
    dict(type='PackFace'),
]
faces = _base_.val_dataloader.dataset.dataset
val_dataloader = dict(
    collate_fn=dict(type='default_collate'),
    dataset=dict(_delete_=True, **dict(faces, indices=list(range(1500, 2500)), pipeline=pasted)),
)
test_dataloader = dict(dataset=dict(indices=1000, pipeline=pasted))
test_sets = dict(_delete_=True, objects=dict())
val_cfg = dict(fp16=False)
val_evaluator = dict(_delete_=True, type='OcclusionMetric')
test_evaluator = val_evaluator

num_epochs = 10
falling = 2.5  # from this epoch on
optim_wrapper = dict(optimizer=dict(weight_decay=0.05), clip_grad=dict(max_norm=5.0))
train_cfg = dict(max_epochs=num_epochs, val_interval=num_epochs)
param_scheduler = [
    dict(type='LinearLR', start_factor=0.05, begin=0, end=0.25, by_epoch=True, convert_to_iter_based=True),
    dict(type='LinearLR', start_factor=1.0, end_factor=0.005, begin=falling, end=num_epochs, by_epoch=True, convert_to_iter_based=True),
]
# the threshold is set on faces that are not in training; there is no running mean of the weights
custom_hooks = [dict(type='ChannelsLastHook'), dict(type='OneClassHook', interval=num_epochs, dataset=dict(faces, indices=1500))]
default_hooks = dict(checkpoint=dict(interval=1, max_keep_ckpts=1, save_best=None))
del pasted, faces
