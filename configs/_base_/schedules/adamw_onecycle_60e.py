"""AdamW with a one-cycle rate, 60 epochs: ResNet-18 at 224 pixels."""

train_cfg = dict(by_epoch=True, max_epochs=60, val_interval=1)
optim_wrapper = dict(optimizer=dict(type='AdamW', lr=5e-4, weight_decay=0.05), clip_grad=dict(max_norm=5.0))
param_scheduler = dict(type='OneCycleLR', eta_max=5e-4, total_steps=60, by_epoch=True, convert_to_iter_based=True, pct_start=0.1)
