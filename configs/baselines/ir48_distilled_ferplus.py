"""The default recogniser: the task of ir48_ferplus.py with a deeper trunk, taught by three wide networks.

The teachers are seeds 0, 1 and 2 of ir48_wide_ferplus.py, see ../_base_/augmentations/taught_by_wide.py; `ofer zoo train recogniser` trains
all four.
"""

_base_ = [
    '../_base_/models/ir48.py',
    '../_base_/augmentations/taught_by_wide.py',
    '../_base_/datasets/ferplus_48_table.py',
    '../_base_/schedules/muon_linear.py',
    '../_base_/runtime.py',
]

model = dict(
    data_preprocessor=dict(augmentations=_base_.taught),
    backbone=dict(arch='ir_48_deep'),
    tokens=dict(in_channels=224),
    occlusion_head=dict(in_channels=(128, 224)),
)
train_dataloader = dict(dataset=dict(dataset=dict(labels='soft', least_votes=2)))
