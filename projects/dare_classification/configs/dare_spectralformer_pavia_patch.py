"""SpectralFormer on Pavia University, by patch of 7 x 7 pixels, with the published recipe (OA 91.07 without DARE, by its authors)."""

_base_ = ['_base_/spectralformer.py', '_base_/pavia.py', '_base_/adam.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_dare_classification', 'ofer.parent_names'])
model = dict(data_preprocessor=dict(num_classes=9), backbone=dict(num_bands=103, token_size=343), head=dict(num_classes=9))
train_dataloader = dict(dataset=dict(pipeline=[dict(type='PackSpectrum', group=7)]))
val_dataloader = dict(dataset=dict(pipeline=[dict(type='PackSpectrum', group=7)]))
test_dataloader = dict(dataset=dict(pipeline=[dict(type='PackSpectrum', group=7)]))

train_cfg = dict(max_epochs=480)
optim_wrapper = dict(optimizer=dict(weight_decay=0.005))
# a tenth of the epochs, one epoch early: the published code steps before each epoch
param_scheduler = dict(type='MultiStepLR', milestones=[47, 95, 143, 191, 239, 287, 335, 383, 431, 479], gamma=0.9, by_epoch=True)
