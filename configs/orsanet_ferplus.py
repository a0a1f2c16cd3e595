"""ORSANet (large) on FERPlus, eight classes by majority vote, with the recipe of RAF-DB: none is published for this set."""

_base_ = ['_base_/models/orsanet_large.py', '_base_/datasets/ferplus.py', '_base_/schedules/sam_adam_400e.py', '_base_/runtime.py']

model = dict(data_preprocessor=dict(num_classes=8), head=dict(num_classes=8))

train_dataloader = dict(batch_size=20)
