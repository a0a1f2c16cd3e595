"""Latent-OFER's recognition network on drawn faces of 64 pixels, with the latents of latent_ofer_mae_synthetic.py's encoder."""

_base_ = [
    '../_base_/models/latent_ofer_tiny.py',
    '../_base_/datasets/drawn_faces_64.py',
    '../_base_/schedules/adamw_onecycle.py',
    '../_base_/runtime.py',
]

model = dict(_delete_=True, **_base_.model.classifier.model)

default_hooks = dict(logger=dict(interval=20))
