"""Deep SVDD (Eq. 1) by AdamW without decay, since Eq. 1 has a term for it; OneClassHook sets centre and radius and ends the run."""

train_cfg = dict(by_epoch=True, max_epochs=4, val_interval=4)
optim_wrapper = dict(optimizer=dict(type='AdamW', lr=1e-3, weight_decay=0.0))
param_scheduler = dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=True, end=4, convert_to_iter_based=True)
custom_hooks = [dict(type='OneClassHook', interval=4)]
