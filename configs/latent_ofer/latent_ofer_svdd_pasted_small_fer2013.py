"""ViT-SVDD trained with its encoder on FER2013's faces, as latent_ofer_svdd_pasted_synthetic.py; tested on pasted objects that are not in
training."""

_base_ = [
    '../_base_/models/latent_ofer_small.py',
    '../_base_/datasets/fer2013_occlusion.py',
    '../_base_/schedules/svdd_pasted.py',
    '../_base_/runtime.py',
]

model = dict(_delete_=True, **_base_.model.detector.model)

# the threshold is set on faces that are not in training
faces = dict(
    type='FER2013',
    data_root=_base_.data_root,
    split='train',
    indices=list(range(4000, 6000)),
    pipeline=[dict(type='LoadFace'), dict(type='PackFace')],
)
custom_hooks = [dict(type='OneClassHook', interval=24, dataset=faces)]
default_hooks = dict(logger=dict(interval=20), checkpoint=dict(interval=1, max_keep_ckpts=1, save_best=None))
