"""The small ORSANet after the first stages of Latent-OFER, on FERPlus: flagged patches are repainted, then ORSANet predicts.

First the stages, ofer train-stages configs/latent_ofer/plan_ferplus.py, and the ORSANet, whose last checkpoint goes to
checkpoints/orsanet_small_ferplus.pth; then ofer test configs/latent_ofer/latent_ofer_orsanet_ferplus.py --all.
Rows of Table 10: without reconstruction model.detector=None model.inpainter=None; the masked autoencoder's painting alone
model.inpainter.model.generator=None; a perfect detector model.detector=None, if the test set has holes (objects).
"""

_base_ = [
    '../_base_/models/latent_ofer_small.py',
    '../_base_/datasets/ferplus_48.py',
    '../_base_/schedules/finetune_10e.py',
    '../_base_/runtime.py',
]

model = dict(
    classifier=dict(
        checkpoint='checkpoints/orsanet_small_ferplus.pth',
        model=dict(
            _delete_=True,
            type='ORSANet',
            data_preprocessor=dict(
                type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=8
            ),
            backbone=dict(type='IRNet', arch='ir_small', input_size=48),
            tokens=dict(type='GridTokens', in_channels=256, in_size=6, grid=6, embed_dims=256),
            parsing_prior=dict(
                type='ParsingPrior',
                network=dict(type='SegFace', encoder='mobilenet_v3_large'),
                input_format=dict(size=96),
                stage=2,
                checkpoint='checkpoints/segface_mobilenet_fer2013.pth',
            ),
            guidance=dict(type='SSGM', channels=256, semantic_channels=112, hidden=64),
            landmark_prior=dict(
                type='LandmarkPrior',
                network=dict(type='MobileFaceNet'),
                input_format=dict(size=96),
                checkpoint='checkpoints/mobilefacenet.pth',
            ),
            interaction=dict(type='MCM', size=1, embed_dims=256, landmark_channels=512, grid=6),
            head=dict(
                type='GatedLinearHead',
                num_classes=8,
                in_channels=256,
                loss=dict(
                    type='ScheduledLoss',
                    phases=[
                        dict(epochs=2, terms=[dict(type='CrossEntropyLoss', use_soft=True)]),
                        dict(terms=[dict(type='CrossEntropyLoss', use_soft=True), dict(type='DARELoss', loss_weight=0.1)]),
                    ],
                ),
            ),
        ),
    )
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
