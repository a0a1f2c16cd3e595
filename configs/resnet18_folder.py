"""ResNet-18 (mmpretrain's, unchanged) on your own faces: where to start with data of your own.

For other classes set them in the data sets and their number in the model:
--cfg-options train_dataloader.dataset.classes="['calm','pain']" ... model.head.num_classes=2 model.data_preprocessor.num_classes=2
"""

_base_ = ['_base_/folder.py', '_base_/runtime.py']

num_epochs = 60

model = dict(
    type='ImageClassifier',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=7
    ),
    backbone=dict(type='ResNet', depth=18),
    neck=dict(type='GlobalAveragePooling'),
    head=dict(type='LinearClsHead', num_classes=7, in_channels=512, loss=dict(type='CrossEntropyLoss')),
)

train_dataloader = dict(batch_size=64)
train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=1)
optim_wrapper = dict(optimizer=dict(type='AdamW', lr=5e-4, weight_decay=0.05), clip_grad=dict(max_norm=5.0))
param_scheduler = dict(type='OneCycleLR', eta_max=5e-4, total_steps=num_epochs, by_epoch=True, convert_to_iter_based=True, pct_start=0.1)
