"""RAN on FERPlus (eight classes by majority vote), six regions, with the published recipe (88.55)."""

_base_ = ['_base_/ran.py', '_base_/sgd_60e.py', 'ofer::_base_/datasets/ferplus.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_ran', 'ofer.parent_names'])
model = dict(data_preprocessor=dict(num_classes=8), head=dict(num_classes=8))

train_dataloader = dict(batch_size=128, dataset=dict(pipeline=_base_.ran_pipeline))
