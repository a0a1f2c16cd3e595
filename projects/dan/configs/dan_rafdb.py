"""DAN on RAF-DB, with the published recipe: SGD at 0.1, a tenth of it every 10 epochs, 40 epochs (89.70)."""

_base_ = ['_base_/dan.py', 'ofer::_base_/datasets/rafdb.py', 'ofer::_base_/schedules/fer_60e.py', 'ofer::_base_/runtime.py']

custom_imports = dict(imports=['ofer_dan', 'ofer.parent_names'])

train_dataloader = dict(
    batch_size=256, sampler=dict(_delete_=True, type='DefaultSampler', shuffle=True), dataset=dict(pipeline=_base_.fer_pipeline)
)
train_cfg = dict(max_epochs=40)
