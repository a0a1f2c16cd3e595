"""SpectralFormer on Indian Pines, by pixel, with the published recipe (OA 78.55 without DARE, by its authors)."""

_base_ = ['_base_/spectralformer.py', '_base_/indian_pines.py', '_base_/adam.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_dare_classification', 'ofer.parent_names'])
model = dict(data_preprocessor=dict(num_classes=16), backbone=dict(num_bands=200, token_size=3), head=dict(num_classes=16))
train_dataloader = dict(dataset=dict(patch=1))
val_dataloader = dict(dataset=dict(patch=1))
test_dataloader = dict(dataset=dict(patch=1))

train_cfg = dict(max_epochs=290)
# a tenth of the epochs, one epoch early: the published code steps before each epoch
param_scheduler = dict(type='MultiStepLR', milestones=[28, 57, 86, 115, 144, 173, 202, 231, 260, 289], gamma=0.9, by_epoch=True)
