"""The detector of occlusion for drawn faces: ViT-SVDD that is trained with its encoder, to tell where something was pasted over the faces.

Beyond the paper: another objective, an encoder of its own and what is pasted; see :mod:`ofer.models.occlusion_detectors.vit_svdd`.
No occluder is seen. Needs no other stage.
"""

_base_ = ['_base_/runtime.py', '_base_/synthetic_occlusion.py']

num_epochs = 24

model = dict(
    type='OcclusionDetector',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
    encoder=dict(
        type='LatentEncoder', network=dict(type='ConvStemViT', img_size=64, widths=(16, 32, 64), embed_dims=96, depth=3, num_heads=3)
    ),
    detector=dict(type='ViTSVDD', in_channels=96, hidden=(64,), nu=0.01, classifies=True),
    pasting=dict(clean=0.15),
)

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=num_epochs)
optim_wrapper = dict(optimizer=dict(type='AdamW', lr=2e-3, weight_decay=0.02), clip_grad=dict(max_norm=5.0))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.02, by_epoch=True, end=1, convert_to_iter_based=True),
    dict(type='CosineAnnealingLR', eta_min_ratio=0.005, by_epoch=True, begin=1, end=num_epochs, convert_to_iter_based=True),
]
faces = dict(type='SyntheticFaces', split='train', size=64, length=700, seed=1, pipeline=[dict(type='LoadFace'), dict(type='PackFace')])
custom_hooks = [dict(type='OneClassHook', interval=num_epochs, dataset=faces)]  # the threshold: of people that no step sees
default_hooks = dict(logger=dict(interval=20), checkpoint=dict(interval=1, max_keep_ckpts=1, save_best=None))
