"""DAN on FERPlus (eight classes by majority vote), with the recipe of RAF-DB: none is published for this set."""

_base_ = ['_base_/dan.py', 'ofer::_base_/datasets/ferplus.py', 'ofer::_base_/schedules/fer_60e.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_dan', 'ofer.parent_names'])
model = dict(data_preprocessor=dict(num_classes=8), head=dict(num_classes=8, affinity=dict(num_classes=8)))

train_dataloader = dict(batch_size=256, dataset=dict(pipeline=_base_.fer_pipeline))
train_cfg = dict(max_epochs=40)
