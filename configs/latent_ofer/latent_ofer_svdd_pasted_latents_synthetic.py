"""ViT-SVDD by Eq. 1 on the frozen latents of latent_ofer_svdd_pasted_synthetic.py, which comes first."""

_base_ = [
    '../_base_/models/svdd_on_pasted.py',
    '../_base_/datasets/drawn_occlusion_64.py',
    '../_base_/schedules/one_class.py',
    '../_base_/runtime.py',
]

model = dict(latents=dict(checkpoint='checkpoints/latent_ofer_svdd_pasted_synthetic.pth'))

default_hooks = dict(logger=dict(interval=20), checkpoint=dict(interval=4, save_best=None))
