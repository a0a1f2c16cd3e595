"""ViT-SVDD whose encoder is trained on, with pieces of faces pasted over FER2013's, at 64 pixels: for a CPU.

Few of these faces are occluded, not none. First: python tools/train_stages.py configs/stages/latent_ofer_ferplus.py --only mae.
The test has real cut-outs (RGBA, data/occluders) pasted over the faces, grey as these are.
"""

_base_ = ['_base_/runtime.py']

num_epochs = 2
size = 64
objects = [
    dict(type='LoadFace'),
    dict(type='Resize', scale=size),
    dict(type='PasteOccluders', folder='data/occluders', prob=0.5, seed=0),
    dict(type='RandomGrayscale', prob=1.0, keep_channels=True),
    dict(type='PackFace'),
]

model = dict(
    type='OcclusionDetector',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
    encoder=dict(
        type='LatentEncoder',
        network=dict(type='MaskedViT', img_size=size, patch_size=8, embed_dims=192, depth=6, num_heads=3),
        checkpoint='checkpoints/latent_ofer_mae_ferplus.pth',
    ),
    detector=dict(type='ViTSVDD', in_channels=192, pasted_weight=1.0),
    pasting=dict(scale=(0.08, 0.35), own=0.5),
)

train_dataloader = dict(
    batch_size=64,
    num_workers=1,
    persistent_workers=True,
    drop_last=True,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='FER2013',
        data_root='data/fer2013',
        split='train',
        pipeline=[dict(type='LoadFace'), dict(type='FlipFace', prob=0.5), dict(type='Resize', scale=size), dict(type='PackFace')],
    ),
)
val_dataloader = dict(
    batch_size=128,
    num_workers=1,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='FER2013', data_root='data/fer2013', split='val', pipeline=objects),
)
test_dataloader = dict(
    batch_size=128,
    num_workers=1,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='FER2013', data_root='data/fer2013', split='test', pipeline=objects),
)
val_evaluator = dict(type='OcclusionMetric')
test_evaluator = val_evaluator
val_cfg = dict()
test_cfg = dict()

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=num_epochs)
optim_wrapper = dict(optimizer=dict(type='AdamW', lr=5e-4, weight_decay=0.0), clip_grad=dict(max_norm=5.0))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.02, by_epoch=False, end=100),
    dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=True, end=num_epochs, convert_to_iter_based=True),
]
custom_hooks = [dict(type='OneClassHook', interval=num_epochs)]
default_hooks = dict(checkpoint=dict(interval=num_epochs, save_best=None))
