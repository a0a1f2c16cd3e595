"""ViT-SVDD as in the paper (Eq. 1, frozen latents) on drawn faces without occluders, tested on occluders that are not in training.

First: ofer train-stages configs/latent_ofer/plan_synthetic.py --only mae. latent_ofer_svdd_pasted_synthetic.py is the better
detector. Comparisons: latent_ofer_ocsvm_synthetic.py on the same latents, latent_ofer_patch_svdd_synthetic.py on the same images. Eq. 1 and
the one-class SVM on the better detector's latents: latent_ofer_{svdd,ocsvm}_pasted_latents_synthetic.py.
"""

_base_ = [
    '../_base_/models/svdd_on_mae.py',
    '../_base_/datasets/drawn_occlusion_64.py',
    '../_base_/schedules/one_class.py',
    '../_base_/runtime.py',
]

default_hooks = dict(logger=dict(interval=20), checkpoint=dict(interval=4, save_best=None))
