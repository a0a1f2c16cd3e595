"""ORSANet (large) on RAF-DB: our default, with the recipe whose log the authors published."""

_base_ = ['_base_/models/orsanet_large.py', '_base_/datasets/rafdb.py', '_base_/schedules/sam_adam_400e.py', '_base_/runtime.py']

train_dataloader = dict(batch_size=20)
