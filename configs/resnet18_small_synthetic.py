"""A narrow ResNet-18 on drawn faces of 64 pixels: the classifier through which latent_ofer_inpainter_synthetic.py's semantic term looks."""

_base_ = ['_base_/demo_faces.py', '_base_/runtime.py']

num_epochs = 6

model = dict(
    type='ImageClassifier',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=7
    ),
    backbone=dict(type='ResNet_CIFAR', depth=18, stem_channels=16, base_channels=16, strides=(2, 2, 2, 1)),
    neck=dict(type='GlobalAveragePooling'),
    head=dict(type='LinearClsHead', num_classes=7, in_channels=128, loss=dict(type='CrossEntropyLoss')),
)

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=num_epochs)
optim_wrapper = dict(optimizer=dict(type='AdamW', lr=1e-3, weight_decay=0.05), clip_grad=dict(max_norm=5.0))
param_scheduler = dict(type='OneCycleLR', eta_max=1e-3, total_steps=num_epochs, by_epoch=True, convert_to_iter_based=True)
custom_hooks = [dict(type='ChannelsLastHook')]
default_hooks = dict(logger=dict(interval=20), checkpoint=dict(save_best=None))
