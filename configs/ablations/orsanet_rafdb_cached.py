"""ORSANet (large) on RAF-DB as in orsanet_rafdb.py, with the frozen networks' features from disk.

They are computed once, 300 KB per image and 3.7 GB in all, and a training step computes only the trained parts:
    ofer prepare cache-features configs/ablations/orsanet_rafdb_cached.py
The stored features are those of the whole face, without RandomErasing.
"""

_base_ = [
    '../_base_/models/orsanet_large.py',
    '../_base_/datasets/rafdb.py',
    '../_base_/schedules/sam_adam_400e.py',
    '../_base_/runtime.py',
]

phases = _base_.model.head.loss.phases
phases[0].epochs = 7
model = dict(head=dict(loss=dict(phases=phases)))
del phases

train_dataloader = dict(batch_size=20)
custom_hooks = [dict(type='FeatureCacheHook', train='work_dirs/orsanet_rafdb_cached/features_train')]
