"""ORSANet (large) on AffectNet, seven classes, with the recipe of RAF-DB."""

_base_ = ['_base_/models/orsanet_large.py', '_base_/datasets/affectnet.py', '_base_/schedules/sam_adam_400e.py', '_base_/runtime.py']

train_dataloader = dict(batch_size=20)
