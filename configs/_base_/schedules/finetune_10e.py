"""Fine-tunes the classifier of Latent-OFER on the output of the other stages, which are frozen and have configs of their own."""

train_cfg = dict(by_epoch=True, max_epochs=10, val_interval=1)
optim_wrapper = dict(optimizer=dict(type='AdamW', lr=1e-4, weight_decay=0.05), clip_grad=dict(max_norm=5.0))
param_scheduler = dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=True, T_max=10, convert_to_iter_based=True)
