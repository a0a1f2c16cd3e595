"""ORSANet (large) on AffectNet, eight classes, with the recipe of the published log (62.95 with their structure): 2e-6, 73 epochs."""

_base_ = ['_base_/models/orsanet_large.py', '_base_/datasets/affectnet.py', '_base_/schedules/sam_adam_400e.py', '_base_/runtime.py']

model = dict(data_preprocessor=dict(num_classes=8), head=dict(num_classes=8))

train_dataloader = dict(batch_size=20, dataset=dict(num_classes=8))
val_dataloader = dict(dataset=dict(num_classes=8))
test_dataloader = val_dataloader
train_cfg = dict(max_epochs=73)
optim_wrapper = dict(optimizer=dict(lr=2e-6))
