"""ORSANet (large) on RAF-DB as published: token layout, prior input, query and DARE of the published code.

Runs the published weights (ofer convert orsanet SRC DST); train orsanet_rafdb.py instead.
"""

_base_ = ['_base_/models/orsanet_large.py', '_base_/datasets/rafdb.py', '_base_/schedules/sam_adam_400e.py', '_base_/runtime.py']

phases = _base_.model.head.loss.phases
phases[0].epochs = 7  # as in the log of 92.28; the code says 5
phases[1].terms[1].form = 'published'
model = dict(
    tokens=dict(layout='published'),
    parsing_prior=dict(input_format='published'),
    landmark_prior=dict(input_format='published'),
    interaction=dict(query_projection=False),
    head=dict(loss=dict(phases=phases)),
)
del phases

train_dataloader = dict(batch_size=20)
