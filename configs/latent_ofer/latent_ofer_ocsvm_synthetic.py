"""One-class SVM on the same latents as latent_ofer_svdd_synthetic.py: a comparison of Table 1 of Latent-OFER. There are no training
steps."""

_base_ = [
    '../_base_/models/svdd_on_mae.py',
    '../_base_/datasets/drawn_occlusion_64.py',
    '../_base_/schedules/one_class_svm.py',
    '../_base_/runtime.py',
]

model = dict(detector=dict(_delete_=True, type='LatentOneClassSVM', in_channels=96))

default_hooks = dict(logger=dict(interval=20), checkpoint=dict(interval=1, save_best=None))
