"""Latent-OFER's recognition network as in latent_ofer_fer_synthetic.py, with the latents from disk.

They are computed once, 25 KB an image, and the encoder does not run in training:
    python tools/prepare/cache_features.py configs/latent_ofer_fer_synthetic_cached.py
The stored latents are those of the whole face, as in the published code: what RandomErasing covers, they still see. Unlike there, a
mirrored image has its own. With a ViT-B/16 at 224 pixels they take 600 KB an image.
"""

_base_ = ['_base_/demo_faces.py', '_base_/runtime.py']

import mmengine

num_epochs = 6

model = mmengine.Config.fromfile('{{ fileDirname }}/latent_ofer_fer_synthetic.py').model

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=1)
optim_wrapper = dict(optimizer=dict(type='AdamW', lr=1e-3, weight_decay=0.05), clip_grad=dict(max_norm=5.0))
param_scheduler = dict(type='OneCycleLR', eta_max=1e-3, total_steps=num_epochs, by_epoch=True, convert_to_iter_based=True)
custom_hooks = [
    dict(type='ChannelsLastHook'),
    dict(type='FeatureCacheHook', train='work_dirs/latent_ofer_fer_synthetic_cached/features_train'),
]
default_hooks = dict(logger=dict(interval=20))
