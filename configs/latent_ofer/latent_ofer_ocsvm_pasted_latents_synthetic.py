"""One-class SVM on the frozen latents of latent_ofer_svdd_pasted_synthetic.py, which comes first. There are no training steps."""

_base_ = [
    '../_base_/models/svdd_on_pasted.py',
    '../_base_/datasets/drawn_occlusion_64.py',
    '../_base_/schedules/one_class_svm.py',
    '../_base_/runtime.py',
]

model = dict(
    detector=dict(_delete_=True, type='LatentOneClassSVM', in_channels=96),
    latents=dict(checkpoint='checkpoints/latent_ofer_svdd_pasted_synthetic.pth'),
)

default_hooks = dict(logger=dict(interval=20), checkpoint=dict(interval=1, save_best=None))
