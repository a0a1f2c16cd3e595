"""ViT-SVDD as in the paper (Eq. 1, frozen latents) on drawn faces without occluders, tested on occluders that it never saw.

First: python tools/train_stages.py configs/stages/latent_ofer_synthetic.py --only mae. latent_ofer_svdd_pasted_synthetic.py
is the better detector. Rivals: latent_ofer_ocsvm_synthetic.py on the same latents, latent_ofer_patch_svdd_synthetic.py on the same images.
All but the last are there a second time for the better detector's latents, as latent_ofer_*_pasted_latents_synthetic.py.
"""

_base_ = ['_base_/runtime.py', '_base_/synthetic_occlusion.py']

num_epochs = 4
size = 64

model = dict(
    type='OcclusionDetector',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
    latents=dict(
        type='LatentPrior',
        network=dict(type='MaskedViT', img_size=size, patch_size=8, embed_dims=96, depth=4, num_heads=3),
        input_format=dict(size=size),
        checkpoint='checkpoints/latent_ofer_mae_synthetic.pth',
    ),
    detector=dict(type='ViTSVDD', in_channels=96),
)

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=num_epochs)
optim_wrapper = dict(optimizer=dict(type='AdamW', lr=1e-3, weight_decay=0.0))
param_scheduler = dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=True, end=num_epochs, convert_to_iter_based=True)
custom_hooks = [dict(type='OneClassHook', interval=num_epochs)]
default_hooks = dict(logger=dict(interval=20), checkpoint=dict(interval=num_epochs, save_best=None))
