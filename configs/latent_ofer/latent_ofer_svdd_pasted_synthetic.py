"""The detector of occlusion for drawn faces: ViT-SVDD trained with its encoder to locate pieces pasted over the faces.

Beyond the paper: another objective, an encoder of its own and pasted pieces; see :mod:`ofer.models.occlusion_detectors.vit_svdd`.
It uses no occluders in training and needs no other stage.
"""

_base_ = [
    '../_base_/models/latent_ofer_tiny.py',
    '../_base_/datasets/drawn_occlusion_64.py',
    '../_base_/schedules/svdd_pasted.py',
    '../_base_/runtime.py',
]

model = dict(_delete_=True, **_base_.model.detector.model)

# the threshold is set on people that are not in training
faces = dict(type='SyntheticFaces', split='train', size=64, length=700, seed=1, pipeline=[dict(type='LoadFace'), dict(type='PackFace')])
custom_hooks = [dict(type='OneClassHook', interval=24, dataset=faces)]
default_hooks = dict(logger=dict(interval=20), checkpoint=dict(interval=1, max_keep_ckpts=1, save_best=None))
