"""SpectralFormer on Houston, by patch of 7 x 7 pixels, with the published recipe (OA 88.01 without DARE, by its authors)."""

_base_ = ['_base_/spectralformer.py', '_base_/houston.py', '_base_/adam.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_dare_classification', 'ofer.parent_names'])
model = dict(data_preprocessor=dict(num_classes=15), backbone=dict(num_bands=144, token_size=147), head=dict(num_classes=15))

train_cfg = dict(max_epochs=600)
optim_wrapper = dict(optimizer=dict(weight_decay=0.005))
# a tenth of the epochs, one epoch early: the published code steps before each epoch
param_scheduler = dict(type='MultiStepLR', milestones=[59, 119, 179, 239, 299, 359, 419, 479, 539, 599], gamma=0.9, by_epoch=True)
