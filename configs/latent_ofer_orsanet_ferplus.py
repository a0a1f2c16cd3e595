"""The small ORSANet behind Latent-OFER's first stages, on FERPlus: what is flagged is repainted, then ORSANet answers.

First the stages, tools/train_stages.py configs/stages/latent_ofer_ferplus.py, and the ORSANet, whose last checkpoint goes to
checkpoints/orsanet_small_ferplus.pth; then python tools/test.py configs/latent_ofer_orsanet_ferplus.py --all.
Rows of Table 10: without reconstruction model.detector=None model.inpainter=None; the masked autoencoder's painting alone
model.inpainter.model.generator=None; a perfect detector model.detector=None, where the test set has holes (objects).
"""

_base_ = ['_base_/ferplus_small.py', '_base_/runtime.py']

import mmengine

model = dict(
    type='LatentOFER',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=8
    ),
    detector=dict(
        model=mmengine.Config.fromfile('{{ fileDirname }}/latent_ofer_svdd_pasted_small_fer2013.py').model,
        checkpoint='checkpoints/latent_ofer_svdd_ferplus.pth',
        size=48,
    ),
    inpainter=dict(
        model=mmengine.Config.fromfile('{{ fileDirname }}/latent_ofer_inpainter_small_fer2013.py').model,
        checkpoint='checkpoints/latent_ofer_inpainter_ferplus.pth',
        size=96,
    ),
    classifier=dict(
        model=mmengine.Config.fromfile('{{ fileDirname }}/orsanet_small_ferplus.py').model,
        checkpoint='checkpoints/orsanet_small_ferplus.pth',
        size=48,
    ),
)

test_sets = dict(
    objects=dict(
        before_packing=[
            dict(type='PasteOccluders', folder='data/occluders', seed=0),
            dict(type='RandomGrayscale', prob=1.0, keep_channels=True, channel_weights=(1, 2, 1)),
            dict(type='OcclusionHole', grow=1, grid=8),
        ]
    )
)

# trains the classifier on, behind the other stages, which are frozen; each of these has a config of its own
train_cfg = dict(by_epoch=True, max_epochs=10, val_interval=1)
optim_wrapper = dict(optimizer=dict(type='AdamW', lr=1e-4, weight_decay=0.05), clip_grad=dict(max_norm=5.0))
param_scheduler = dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=True, T_max=10, convert_to_iter_based=True)
