"""SpectralFormer on a generated scene of 48 x 48 pixels, 40 bands and 8 classes: 160 training pixels, 200 steps, ten seconds."""

_base_ = ['_base_/spectralformer.py', '_base_/adam.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_dare_classification', 'ofer.parent_names'])
model = dict(data_preprocessor=dict(num_classes=8), backbone=dict(num_bands=40, token_size=27), head=dict(num_classes=8))

pipeline = [dict(type='PackSpectrum', group=3)]
train_dataloader = dict(
    batch_size=32,
    num_workers=0,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(type='GeneratedScene', split='train', patch=3, pipeline=pipeline),
)
val_dataloader = dict(
    batch_size=256,
    num_workers=0,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='GeneratedScene', split='test', patch=3, pipeline=pipeline),
)
test_dataloader = val_dataloader
val_evaluator = dict(type='SceneMetric')
test_evaluator = val_evaluator
val_cfg = dict()
test_cfg = dict()

train_cfg = dict(max_epochs=40, val_interval=40)
param_scheduler = dict(type='OneCycleLR', eta_max=2e-3, total_steps=40, by_epoch=True, convert_to_iter_based=True)
default_hooks = dict(checkpoint=dict(interval=40))
