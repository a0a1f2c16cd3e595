"""One-class SVM on FER2013's faces, on the frozen latents of latent_ofer_svdd_pasted_small_fer2013.py, which comes first."""

_base_ = [
    '../_base_/models/svdd_on_pasted.py',
    '../_base_/datasets/fer2013_occlusion.py',
    '../_base_/schedules/one_class_svm.py',
    '../_base_/runtime.py',
]

model = dict(
    detector=dict(_delete_=True, type='LatentOneClassSVM', in_channels=96, nu=0.03),
    latents=dict(checkpoint='checkpoints/latent_ofer_svdd_pasted_small_fer2013.pth'),
)

default_hooks = dict(logger=dict(interval=20), checkpoint=dict(interval=1, save_best=None))
