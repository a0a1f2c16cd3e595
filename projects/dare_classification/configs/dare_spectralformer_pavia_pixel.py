"""SpectralFormer on Pavia University, by pixel, with the published recipe (OA 87.94 without DARE, by its authors)."""

_base_ = ['_base_/spectralformer.py', '_base_/pavia.py', '_base_/adam.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_dare_classification', 'ofer.parent_names'])
model = dict(data_preprocessor=dict(num_classes=9), backbone=dict(num_bands=103, token_size=3), head=dict(num_classes=9))
train_dataloader = dict(dataset=dict(patch=1))
val_dataloader = dict(dataset=dict(patch=1))
test_dataloader = dict(dataset=dict(patch=1))

train_cfg = dict(max_epochs=500)
optim_wrapper = dict(optimizer=dict(weight_decay=0.005))
# a tenth of the epochs, one epoch early: the published code steps before each epoch
param_scheduler = dict(type='MultiStepLR', milestones=[49, 99, 149, 199, 249, 299, 349, 399, 449, 499], gamma=0.9, by_epoch=True)
