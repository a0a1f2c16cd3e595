"""Latent-OFER's recognition network on FERPlus, for CPUs: a narrow ResNet-18 at 48 pixels beside 8 x 8 latents.

First: ofer train-stages configs/latent_ofer/plan_ferplus.py --only mae, which trains the autoencoder; the encoder enlarges
images to its 64 pixels. Rows of Table 10: model.latents=full; or model.latents=none with model.encoder=None, model.embed=None and
model.head.in_channels=256; or the latents alone with model.image_feature=False, model.head.in_channels=128 and
model.cnn_checkpoint=checkpoints/latent_ofer_fer_small_ferplus.pth, the CNN of this config as it is, which selects them.
"""

_base_ = [
    '../_base_/models/latent_ofer_small.py',
    '../_base_/datasets/ferplus_48.py',
    '../_base_/schedules/adamw_onecycle.py',
    '../_base_/runtime.py',
]

model = dict(_delete_=True, **_base_.model.classifier.model)

optim_wrapper = dict(paramwise_cfg=dict(norm_decay_mult=0.0, bias_decay_mult=0.0))
param_scheduler = dict(eta_max=1.5e-3, pct_start=0.25)
