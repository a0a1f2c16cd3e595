"""ResNet-18 on FERPlus, the usual plain network, from scratch: faces enlarged to 112 pixels, votes as labels, 10 epochs.

Its augmentations are those of plain_ferplus: it sees grey squares and no other occluders.
"""

_base_ = [
    '../_base_/models/resnet18.py',
    '../_base_/augmentations/grey_squares.py',
    '../_base_/datasets/ferplus_48_table.py',
    '../_base_/runtime.py',
]

size = 112  # the stride of ResNet-18 is 32: 48 pixels would give 2 x 2 cells
num_epochs = 10

model = dict(
    data_preprocessor=dict(
        _delete_=True,
        type='FacePreprocessor',
        mean=[127.5, 127.5, 127.5],
        std=[127.5, 127.5, 127.5],
        num_classes=8,
        augmentations=_base_.grey_squares,
    ),
    backbone=dict(num_stages=4, out_indices=(3,), style='pytorch'),
    head=dict(num_classes=8, loss=dict(use_soft=True)),
)

enlarged = [dict(type='LoadFace'), dict(type='Resize', scale=size, backend='pillow'), dict(type='PackFace')]
train_dataloader = dict(dataset=dict(dataset=dict(labels='soft', least_votes=2, pipeline=enlarged)))
val_dataloader = dict(dataset=dict(dataset=dict(pipeline=enlarged)))
test_dataloader = dict(dataset=dict(pipeline=enlarged))
del enlarged

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=1)
optim_wrapper = dict(
    type='MixedPrecisionOptimWrapper',
    optimizer=dict(type='AdamW', lr=1.5e-3, weight_decay=0.05),
    paramwise_cfg=dict(norm_decay_mult=0.0, bias_decay_mult=0.0),
    clip_grad=dict(max_norm=5.0),
)
param_scheduler = dict(type='OneCycleLR', eta_max=1.5e-3, total_steps=num_epochs, by_epoch=True, convert_to_iter_based=True, pct_start=0.25)
custom_hooks = [dict(type='ChannelsLastHook')]
