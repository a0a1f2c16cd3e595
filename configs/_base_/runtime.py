# What every experiment shares: scope, logging, checkpoints, seed.
default_scope = 'ofer'
# mmpretrain's inferencers look for components in its own registries alone.
custom_imports = dict(imports=['ofer.parent_names'])

default_hooks = dict(
    timer=dict(type='IterTimerHook'),
    logger=dict(type='LoggerHook', interval=50),
    param_scheduler=dict(type='ParamSchedulerHook'),
    # If a run is killed while it writes, or the disk is full, earlier files are unchanged.
    checkpoint=dict(type='SafeCheckpointHook', interval=1, max_keep_ckpts=2, save_best='accuracy', rule='greater'),
    sampler_seed=dict(type='DistSamplerSeedHook'),
    set_epoch=dict(type='SetEpochHook'),
    # Each process has BatchNorm statistics of its own images; their mean is tested and saved.
    sync_buffers=dict(type='SyncBuffersHook'),
    # Reports the damaged images that a data set with damaged='skip' left out.
    skipped_images=dict(type='SkippedImagesHook'),
    # A loss that is not finite stops the run; the message names the files of the batch.
    finite_loss=dict(type='FiniteLossHook'),
    # A run that is stopped anywhere can be resumed bit for bit. For long epochs: interval=1000 also saves every thousand iterations.
    resumable=dict(type='ResumableHook', interval=None),
)

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
