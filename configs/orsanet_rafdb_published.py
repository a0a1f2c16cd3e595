"""ORSANet (large) on RAF-DB as published: token layout, prior input, query and DARE of the published code.

Runs the published weights (tools/convert/published.py orsanet SRC DST); orsanet_rafdb.py is the one to train.
"""

_base_ = ['_base_/models/orsanet_large.py', '_base_/datasets/rafdb.py', '_base_/schedules/sam_adam_400e.py', '_base_/runtime.py']

model = dict(
    tokens=dict(layout='published'),
    parsing_prior=dict(input_format='published'),
    landmark_prior=dict(input_format='published'),
    interaction=dict(query_projection=False),
    head=dict(
        loss=dict(
            stages=[
                dict(
                    epochs=5,
                    terms=[
                        dict(type='CrossEntropyLoss'),
                        dict(type='LabelSmoothLoss', label_smooth_val=0.2, mode='original', loss_weight=2.0),
                    ],
                ),
                dict(terms=[dict(type='CrossEntropyLoss'), dict(type='DARELoss', form='published', loss_weight=0.1)]),
            ],
        ),
    ),
)

train_dataloader = dict(batch_size=20)
