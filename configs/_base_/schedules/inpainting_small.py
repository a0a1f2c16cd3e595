"""Hybrid reconstruction at small sizes: Adam for painter and discriminators, cosine, four epochs; and holes of 8 x 8 patches."""

train_cfg = dict(by_epoch=True, max_epochs=4, val_interval=4)
model_wrapper_cfg = dict(type='AveragedGradients')  # for several processes: the model has its own training step
optim_wrapper = dict(
    constructor='PartsOptimWrapperConstructor',
    generator=dict(optimizer=dict(type='Adam', lr=1e-3, betas=(0.5, 0.999)), clip_grad=dict(max_norm=5.0)),
    discriminators=dict(optimizer=dict(type='Adam', lr=2e-4, betas=(0.5, 0.999))),
)
param_scheduler = dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=True, T_max=4, convert_to_iter_based=True)
custom_hooks = [dict(type='ChannelsLastHook')]

strokes = [dict(type='FreeFormHole', share=(0.1, 0.4))]
patches = [dict(type='PatchHole', grid=8, share=(0.1, 0.5))]
holes_alone = dict(
    patches=dict(before_packing=[dict(type='PatchHole', grid=8, share=(0.3, 0.3), seed=0)]),
    strokes=dict(before_packing=[dict(type='FreeFormHole', share=(0.3, 0.3), seed=0)]),
)
