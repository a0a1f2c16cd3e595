"""ViT-SVDD by Eq. 1 on FER2013's faces, on the frozen latents of latent_ofer_svdd_pasted_small_fer2013.py, which comes first.

On a masked autoencoder's latents, as in the paper: model.latents.checkpoint of latent_ofer_mae_small_fer2013.py and model.latents.network
of that config.
"""

_base_ = [
    '../_base_/models/svdd_on_pasted.py',
    '../_base_/datasets/fer2013_occlusion.py',
    '../_base_/schedules/one_class.py',
    '../_base_/runtime.py',
]

model = dict(latents=dict(checkpoint='checkpoints/latent_ofer_svdd_pasted_small_fer2013.pth'), detector=dict(nu=0.03))

default_hooks = dict(logger=dict(interval=20), checkpoint=dict(interval=4, save_best=None))
