"""ViT-SVDD whose encoder is trained on, with pieces of faces pasted over the training faces; no occluder is seen.

Beyond the paper, see ofer/models/occlusion/vit_svdd.py. First:
python tools/train_stages.py configs/stages/latent_ofer_synthetic.py --only mae.
"""

_base_ = ['_base_/runtime.py', '_base_/synthetic_occlusion.py']

num_epochs = 24

model = dict(
    type='OcclusionDetector',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
    encoder=dict(
        type='LatentEncoder',
        network=dict(type='MaskedViT', img_size=64, patch_size=8, embed_dims=96, depth=4, num_heads=3),
        checkpoint='checkpoints/latent_ofer_mae_synthetic.pth',
    ),
    detector=dict(type='ViTSVDD', in_channels=96, pasted_weight=1.0),
    pasting=dict(scale=(0.08, 0.35), own=0.5),
)

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=num_epochs)
optim_wrapper = dict(optimizer=dict(type='AdamW', lr=5e-4, weight_decay=0.0), clip_grad=dict(max_norm=5.0))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.02, by_epoch=True, end=1, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=True, begin=1, end=num_epochs, convert_to_iter_based=True),
]
custom_hooks = [dict(type='OneClassHook', interval=num_epochs)]
default_hooks = dict(logger=dict(interval=20), checkpoint=dict(interval=num_epochs, save_best=None))
