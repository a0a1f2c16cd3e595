"""The detector of occlusion for drawn faces: ViT-SVDD that is trained with its encoder, to tell where something was pasted over the faces.

Beyond the paper: another objective, an encoder of its own and what is pasted; see :mod:`ofer.models.occlusion_detectors.vit_svdd`.
No occluder is seen. Needs no other stage.
"""

_base_ = [
    '../_base_/models/latent_ofer_tiny.py',
    '../_base_/datasets/drawn_occlusion_64.py',
    '../_base_/schedules/svdd_pasted.py',
    '../_base_/runtime.py',
]

model = dict(_delete_=True, **_base_.model.detector.model)

# the threshold: of people that no step sees
faces = dict(type='SyntheticFaces', split='train', size=64, length=700, seed=1, pipeline=[dict(type='LoadFace'), dict(type='PackFace')])
custom_hooks = [dict(type='OneClassHook', interval=24, dataset=faces)]
default_hooks = dict(logger=dict(interval=20), checkpoint=dict(interval=1, max_keep_ckpts=1, save_best=None))
