"""ViT-SVDD of the published size (ViT-B/16 at 224) on unoccluded faces of your own: the second stage of Latent-OFER. Not trained by us.

data/faces holds train, val and test, and in each one folder a class, of faces that nothing covers. First get the encoder's weights: train
configs/latent_ofer_mae_rafdb.py, or convert a published file (python tools/convert/published.py mae SRC checkpoints/mae_vit_base.pth) and
set model.latents.checkpoint. The test holds black blocks before the faces, since their place is known.
"""

_base_ = ['_base_/folder.py', '_base_/runtime.py']

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
    dataset=dict(pipeline=[dict(type='LoadFace'), dict(type='RandomFlip', prob=0.5), dict(type='Resize', scale=224), dict(type='PackFace')])
)
blocks = [dict(type='LoadFace'), dict(type='Resize', scale=224), dict(type='BlockOcclusion', ratio=0.1), dict(type='PackFace')]
val_dataloader = dict(dataset=dict(pipeline=blocks))
test_dataloader = dict(dataset=dict(pipeline=blocks))
test_sets = dict(_delete_=True, blocks_10=dict())
val_evaluator = dict(_delete_=True, type='OcclusionMetric')
test_evaluator = dict(_delete_=True, type='OcclusionMetric')

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=num_epochs)
optim_wrapper = dict(optimizer=dict(type='AdamW', lr=1e-3, weight_decay=0.0))
param_scheduler = dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=True, end=num_epochs, convert_to_iter_based=True)
custom_hooks = [dict(type='OneClassHook', interval=num_epochs)]
default_hooks = dict(checkpoint=dict(interval=num_epochs, save_best=None))
