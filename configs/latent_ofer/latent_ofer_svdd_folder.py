"""ViT-SVDD of the published size (ViT-B/16 at 224) on unoccluded faces of your own: the second stage of Latent-OFER. Not trained by us.

data/faces holds train, val and test, and in each one folder a class, of unoccluded faces. First get the encoder's weights: train
latent_ofer_mae_rafdb.py, or convert a published file (ofer convert mae SRC checkpoints/mae_vit_base.pth) and set
model.latents.checkpoint. The test set has black blocks over the faces, whose places are known.
"""

_base_ = [
    '../_base_/models/latent_ofer.py',
    '../_base_/datasets/folder.py',
    '../_base_/schedules/one_class.py',
    '../_base_/runtime.py',
]

model = dict(_delete_=True, **_base_.model.detector.model)
model['latents']['checkpoint'] = 'checkpoints/latent_ofer_mae_rafdb.pth'

train_dataloader = dict(
    dataset=dict(
        pipeline=[
            dict(type='LoadFace'),
            dict(type='RandomFlip', prob=0.5),
            dict(type='Resize', scale=224, backend='pillow'),
            dict(type='PackFace'),
        ]
    )
)
blocks = [
    dict(type='LoadFace'),
    dict(type='Resize', scale=224, backend='pillow'),
    dict(type='BlockOcclusion', ratio=0.1),
    dict(type='PackFace'),
]
val_dataloader = dict(dataset=dict(pipeline=blocks))
test_dataloader = dict(dataset=dict(pipeline=blocks))
test_sets = dict(_delete_=True, blocks_10_black=dict())
val_evaluator = dict(_delete_=True, type='OcclusionMetric')
test_evaluator = dict(_delete_=True, type='OcclusionMetric')

train_cfg = dict(max_epochs=20, val_interval=20)
param_scheduler = dict(end=20)
custom_hooks = [dict(type='OneClassHook', interval=20)]
default_hooks = dict(checkpoint=dict(interval=20, save_best=None))
