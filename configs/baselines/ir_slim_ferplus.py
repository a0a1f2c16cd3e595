"""The image backbone of orsanet_slim_ferplus.py alone, trained in the same way: what the priors add is the difference."""

_base_ = [
    '../_base_/models/ir_slim.py',
    '../_base_/augmentations/taught_by_wide.py',
    '../_base_/datasets/ferplus_48_table.py',
    '../_base_/schedules/muon_linear.py',
    '../_base_/runtime.py',
]

model = dict(data_preprocessor=dict(augmentations=_base_.taught))
train_dataloader = dict(dataset=dict(dataset=dict(labels='soft', least_votes=2)))
