"""POSTER on the trunk of ir48_ferplus.py: FERPlus at 48 pixels under occlusion, from scratch, votes as labels.

The landmark network comes with the package; orsanet_48_ferplus.py has the same. The plain network beside it is ir48_ferplus.py with
model.occlusion_head=None and the same schedule: POSTER has no occlusion map.
"""

_base_ = [
    'ofer::_base_/models/ir48.py',
    'ofer::_base_/datasets/ferplus_48_table.py',
    'ofer::_base_/schedules/sgd_linear.py',
    'ofer::_base_/runtime.py',
]

custom_imports = dict(imports=['ofer_poster', 'ofer.parent_names'])
model = dict(
    landmark_prior=dict(
        type='LandmarkPrior',
        network=dict(type='MobileFaceNet', input_size=96, width=0.25),
        input_format=dict(size=96, channel_order='grey'),
        checkpoint='ofer::landmarks',
    ),
    interaction=dict(type='TwoWayMCM', size=2, embed_dims=256, landmark_channels=128, grid=6, query_projection=False),
    head=dict(
        loss=dict(
            _delete_=True,
            type='ScheduledLoss',
            phases=[
                dict(
                    terms=[
                        dict(type='CrossEntropyLoss', use_soft=True),
                        dict(type='LabelSmoothLoss', label_smooth_val=0.2, mode='original', loss_weight=2.0),
                    ]
                )
            ],
        ),
    ),
    occlusion_head=None,
)
train_dataloader = dict(dataset=dict(dataset=dict(labels='soft', least_votes=2)))
