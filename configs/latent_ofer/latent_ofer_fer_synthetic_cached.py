"""Latent-OFER's recognition network as in latent_ofer_fer_synthetic.py, with the latents from disk.

They are computed once, 25 KB per image, and the encoder does not run in training:
    ofer prepare cache-features configs/latent_ofer/latent_ofer_fer_synthetic_cached.py
The stored latents are those of the whole face, as in the published code, without RandomErasing. Unlike there, a mirrored
image has latents of its own. With a ViT-B/16 at 224 pixels they take 600 KB per image.
"""

_base_ = [
    '../_base_/models/latent_ofer_tiny.py',
    '../_base_/datasets/drawn_faces_64.py',
    '../_base_/schedules/adamw_onecycle.py',
    '../_base_/runtime.py',
]

model = dict(_delete_=True, **_base_.model.classifier.model)

default_hooks = dict(logger=dict(interval=20))
custom_hooks = [
    dict(type='ChannelsLastHook'),
    dict(type='FeatureCacheHook', train='work_dirs/latent_ofer_fer_synthetic_cached/features_train'),
]
