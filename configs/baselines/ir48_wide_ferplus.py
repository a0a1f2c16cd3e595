"""A trunk of more than twice as many parameters, for teachers: see ../_base_/augmentations/taught_by_wide.py."""

_base_ = [
    '../_base_/models/ir48.py',
    '../_base_/datasets/ferplus_48_table.py',
    '../_base_/schedules/muon_linear.py',
    '../_base_/runtime.py',
]

model = dict(
    data_preprocessor=dict(augmentations=[*_base_.model.data_preprocessor.augmentations, dict(type='BatchMixup', alpha=0.6, prob=0.6)]),
    backbone=dict(arch='ir_48_wide', out_stages=(3,)),
    tokens=dict(in_channels=384),
    occlusion_head=None,
)
train_dataloader = dict(dataset=dict(dataset=dict(labels='soft', least_votes=2)))
