"""DAN on the trunk of ir48_ferplus.py: FERPlus at 48 pixels under occlusion, from scratch, votes as labels.

The plain network beside it is ir48_ferplus.py with model.occlusion_head=None and the same schedule: DAN has no occlusion map.
"""

_base_ = [
    'ofer::_base_/models/ir48.py',
    'ofer::_base_/datasets/ferplus_48_table.py',
    'ofer::_base_/schedules/sgd_linear.py',
    'ofer::_base_/runtime.py',
]

custom_imports = dict(imports=['ofer_dan', 'ofer.parent_names'])
model = dict(
    _delete_=True,
    type='ImageClassifier',
    data_preprocessor=_base_.model.data_preprocessor,
    backbone=dict(type='IRNet', arch='ir_48', input_size=48),
    neck=dict(type='DANAttention', channels=256, num_heads=4, reduction=16),
    head=dict(
        type='DANHead',
        num_classes=8,
        in_channels=256,
        loss=dict(type='CrossEntropyLoss', use_soft=True),
        affinity=dict(type='AffinityLoss', num_classes=8, channels=256),
        partition=dict(type='PartitionLoss'),
    ),
)
train_dataloader = dict(dataset=dict(dataset=dict(labels='soft', least_votes=2)))
