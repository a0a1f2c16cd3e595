"""SpectralFormer on Indian Pines, by patch of 7 x 7 pixels, with the published recipe (OA 81.76 without DARE, by its authors)."""

_base_ = ['_base_/spectralformer.py', '_base_/indian_pines.py', '_base_/adam.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_dare_classification', 'ofer.parent_names'])
model = dict(data_preprocessor=dict(num_classes=16), backbone=dict(num_bands=200, token_size=147), head=dict(num_classes=16))

train_cfg = dict(max_epochs=300)
optim_wrapper = dict(optimizer=dict(weight_decay=0.005))
# a tenth of the epochs, one epoch early: the published code steps before each epoch
param_scheduler = dict(type='MultiStepLR', milestones=[29, 59, 89, 119, 149, 179, 209, 239, 269, 299], gamma=0.9, by_epoch=True)
