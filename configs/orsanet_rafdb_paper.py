"""ORSANet (large) on RAF-DB with the recipe that the paper states: plain Adam at 1e-4, 400 epochs.

The published code and its log use SAM over Adam at 4e-5 instead (orsanet_rafdb.py). The paper says nothing of a decay or of batch, sampler
and warm-up of the loss: those are the code's.
"""

_base_ = [
    '_base_/models/orsanet_large.py',
    '_base_/datasets/rafdb.py',
    '_base_/schedules/sam_adam_400e.py',
    '_base_/runtime.py',
]

train_dataloader = dict(batch_size=20)
optim_wrapper = dict(_delete_=True, type='OptimWrapper', optimizer=dict(type='Adam', lr=1e-4))
