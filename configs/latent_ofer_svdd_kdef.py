"""ViT-SVDD (ViT-B/16 at 224) on KDEF's frontal faces, which nothing covers: the paper's training set for this stage. Not trained by us.

Get the data from its authors, for research, and put or link it to data/kdef: AF01/AF01AFS.JPG and so on. The images are 562 x 762 pixels
with hair and shoulders: crop the faces first. Fold 0 of 10, by person, validates; cut-outs (RGBA) from data/occluders are pasted over half
of its faces. First get the encoder's weights: train configs/latent_ofer_mae_rafdb.py, or convert a published file
(python tools/convert/published.py mae SRC checkpoints/latent_ofer_mae_rafdb.pth).
"""

_base_ = ['_base_/runtime.py']

num_epochs = 20

model = dict(
    type='OcclusionDetector',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
    latents=dict(
        type='LatentPrior',
        network=dict(type='MaskedViT', img_size=224, patch_size=16, embed_dims=768, depth=12, num_heads=12),
        checkpoint='checkpoints/latent_ofer_mae_rafdb.pth',
    ),
    detector=dict(type='ViTSVDD', in_channels=768, hidden=(512, 128)),
)

train_dataloader = dict(
    batch_size=32,
    num_workers=4,
    persistent_workers=True,
    drop_last=True,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='KDEF',
        data_root='data/kdef',
        split='train',
        fold=0,
        angles=['S'],
        pipeline=[dict(type='LoadFace'), dict(type='RandomFlip', prob=0.5), dict(type='Resize', scale=224), dict(type='PackFace')],
    ),
)
val_dataloader = dict(
    batch_size=32,
    num_workers=4,
    collate_fn=dict(type='default_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='KDEF',
        data_root='data/kdef',
        split='val',
        fold=0,
        angles=['S'],
        pipeline=[
            dict(type='LoadFace'),
            dict(type='Resize', scale=224),
            dict(type='PasteOccluders', folder='data/occluders', prob=0.5, seed=0),
            dict(type='PackFace'),
        ],
    ),
)
test_sets = dict(objects=dict())
val_evaluator = dict(type='OcclusionMetric')
val_cfg = dict()
test_dataloader, test_evaluator, test_cfg = val_dataloader, val_evaluator, dict()

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=num_epochs)
optim_wrapper = dict(optimizer=dict(type='AdamW', lr=1e-3, weight_decay=0.0))
param_scheduler = dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=True, end=num_epochs, convert_to_iter_based=True)
custom_hooks = [dict(type='OneClassHook', interval=num_epochs)]
default_hooks = dict(checkpoint=dict(interval=num_epochs, save_best=None))
