# What every experiment shares: scope, logging, checkpoints, seed.
default_scope = 'ofer'

default_hooks = dict(
    timer=dict(type='IterTimerHook'),
    logger=dict(type='LoggerHook', interval=50),
    param_scheduler=dict(type='ParamSchedulerHook'),
    # `atomic`: a run killed while it writes leaves the earlier file in place, so that it can resume.
    checkpoint=dict(
        type='CheckpointHook', interval=1, max_keep_ckpts=2, save_best='accuracy', rule='greater', backend_args=dict(backend='atomic')
    ),
    sampler_seed=dict(type='DistSamplerSeedHook'),
    set_epoch=dict(type='SetEpochHook'),
    # Each process counts BatchNorm's statistics on its own images; what is tested and saved is their mean.
    sync_buffers=dict(type='SyncBuffersHook'),
)
custom_hooks = []

env_cfg = dict(
    cudnn_benchmark=True,
    mp_cfg=dict(mp_start_method='fork', opencv_num_threads=0),
    dist_cfg=dict(backend='nccl'),
)
randomness = dict(seed=0, deterministic=False)

log_processor = dict(by_epoch=True, window_size=20)
log_level = 'INFO'
visualizer = dict(type='Visualizer', vis_backends=[dict(type='LocalVisBackend')])
load_from = None
resume = False
