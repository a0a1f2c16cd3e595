"""The masked autoencoder of Latent-OFER at 48 pixels, FERPlus: the coarse painter. It hides strokes and random patches."""

_base_ = [
    '../_base_/models/latent_ofer_48.py',
    '../_base_/datasets/ferplus_48_table.py',
    '../_base_/schedules/muon_linear.py',
    '../_base_/runtime.py',
]

augmentations = [
    dict(type='BatchAffine', flip=0.5, degrees=8.0, scale=(0.95, 1.12), translate=0.04),
    dict(type='BatchLight', brightness=0.06, contrast=(0.85, 1.2)),
    dict(type='BatchHole', grid=8, share=(0.4, 0.75), length=(0.25, 0.5), thickness=(0.3, 0.6)),
]
model = dict(_delete_=True, **_base_.model.inpainter.model.coarse)
del model['checkpoint']
model['data_preprocessor'] = dict(model['data_preprocessor'], augmentations=augmentations)
del augmentations

train_dataloader = dict(batch_size=64)
val_dataloader, val_evaluator, val_cfg = None, None, None
test_dataloader, test_evaluator, test_cfg, test_sets = None, None, None, None

num_epochs = 20
falling = 5  # from this epoch on
optim_wrapper = dict(optimizer=dict(weight_decay=0.05), clip_grad=dict(max_norm=5.0))
train_cfg = dict(max_epochs=num_epochs)
param_scheduler = [
    dict(type='LinearLR', start_factor=0.05, begin=0, end=0.25, by_epoch=True, convert_to_iter_based=True),
    dict(type='LinearLR', start_factor=1.0, end_factor=0.005, begin=falling, end=num_epochs, by_epoch=True, convert_to_iter_based=True),
]
custom_hooks = [dict(type='ChannelsLastHook')]  # no running mean of the weights
default_hooks = dict(checkpoint=dict(interval=1, max_keep_ckpts=1, save_best=None))
