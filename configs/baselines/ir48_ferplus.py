"""The image backbone ir_48 on FERPlus under occlusion: votes as labels, pasted and drawn occluders in training, an occlusion map."""

_base_ = [
    '../_base_/models/ir48.py',
    '../_base_/datasets/ferplus_48_table.py',
    '../_base_/schedules/muon_linear.py',
    '../_base_/runtime.py',
]

train_dataloader = dict(dataset=dict(dataset=dict(labels='soft', least_votes=2)))
