r"""The small ORSANet on FERPlus, for CPUs: 48 pixels, a grid of 6 x 6 tokens, one-cycle AdamW instead of SAM.

As the published one starts from a face recogniser, this one starts from its own image backbone, trained without priors:
    ofer train configs/baselines/irnet_small_ferplus.py --cfg-options train_cfg.max_epochs=9 param_scheduler.total_steps=9
    cp work_dirs/irnet_small_ferplus/epoch_9.pth checkpoints/irnet_small_ferplus.pth
irnet_small_ferplus_longer.py trains the same weights further without priors, in the same steps; the difference is the effect of the priors.
The priors are MobileFaceNet at 96 pixels (features only, so its grid fits) and the small SegFace of
configs/priors/segface_mobilenet_fer2013.py, whose third encoder map is fused. On CPUs with bfloat16 add --amp.
"""

_base_ = ['_base_/datasets/ferplus_48.py', '_base_/schedules/adamw_onecycle.py', '_base_/runtime.py']

model = dict(
    type='ORSANet',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=8
    ),
    backbone=dict(type='IRNet', arch='ir_small', input_size=48),
    tokens=dict(type='GridTokens', in_channels=256, in_size=6, grid=6, embed_dims=256),
    parsing_prior=dict(
        type='ParsingPrior',
        network=dict(type='SegFace', encoder='mobilenet_v3_large'),
        input_format=dict(size=96),
        stage=2,
        checkpoint='checkpoints/segface_mobilenet_fer2013.pth',
    ),
    guidance=dict(type='SSGM', channels=256, semantic_channels=112, hidden=64),
    landmark_prior=dict(
        type='LandmarkPrior', network=dict(type='MobileFaceNet'), input_format=dict(size=96), checkpoint='checkpoints/mobilefacenet.pth'
    ),
    interaction=dict(type='MCM', size=1, embed_dims=256, landmark_channels=512, grid=6),
    head=dict(
        type='GatedLinearHead',
        num_classes=8,
        in_channels=256,
        loss=dict(
            type='ScheduledLoss',
            phases=[
                dict(epochs=2, terms=[dict(type='CrossEntropyLoss', use_soft=True)]),
                dict(terms=[dict(type='CrossEntropyLoss', use_soft=True), dict(type='DARELoss', loss_weight=0.1)]),
            ],
        ),
    ),
)

optim_wrapper = dict(optimizer=dict(lr=3e-4), paramwise_cfg=dict(norm_decay_mult=0.0, bias_decay_mult=0.0))
param_scheduler = dict(eta_max=3e-4, pct_start=0.15)
custom_hooks = [dict(type='ChannelsLastHook'), dict(type='CompileHook')]
load_from = 'checkpoints/irnet_small_ferplus.pth'  # new parts start at random
