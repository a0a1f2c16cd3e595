"""ORSANet (large) on FER2013, with the recipe of RAF-DB: none is published for this set."""

_base_ = ['_base_/models/orsanet_large.py', '_base_/datasets/fer2013.py', '_base_/schedules/sam_adam_400e.py', '_base_/runtime.py']

train_dataloader = dict(batch_size=20)
