"""ORSANet (large) on AffectNet, seven classes, with the recipe of the published log (66.69 with their structure): 2e-6, 76 epochs."""

_base_ = ['_base_/models/orsanet_large.py', '_base_/datasets/affectnet.py', '_base_/schedules/sam_adam_400e.py', '_base_/runtime.py']

train_dataloader = dict(batch_size=20)
train_cfg = dict(max_epochs=76)
optim_wrapper = dict(optimizer=dict(lr=2e-6))
