"""ORSANet after the first stages of Latent-OFER, on drawn faces: flagged patches are repainted, then ORSANet predicts.

First `make demo-train`, for the ORSANet, and ofer train-stages configs/latent_ofer/plan_synthetic.py; then
ofer test configs/latent_ofer/latent_ofer_orsanet_synthetic.py --all.
Rows of Table 10: without reconstruction model.detector=None model.inpainter=None; the masked autoencoder's painting alone
model.inpainter.model.generator=None; a perfect detector model.detector=None, if the test set has holes (objects).
"""

_base_ = [
    '../_base_/models/latent_ofer_tiny.py',
    '../_base_/datasets/drawn_faces_64.py',
    '../_base_/schedules/finetune_10e.py',
    '../_base_/runtime.py',
]

model = dict(
    classifier=dict(
        checkpoint='work_dirs/demo_train/orsanet/epoch_3.pth',
        model=dict(
            _delete_=True,
            type='ORSANet',
            data_preprocessor=dict(
                type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=7
            ),
            backbone=dict(type='IRNet', arch=dict(stem=16, units=(1, 1, 2), channels=(32, 64, 128)), input_size=64),
            tokens=dict(type='GridTokens', in_channels=128, in_size=8, grid=4, embed_dims=256),
            parsing_prior=dict(
                type='ParsingPrior',
                network=dict(type='SegFace', encoder='mobilenet_v3_large'),
                input_format=dict(size=64),
                stage=2,
                checkpoint='work_dirs/demo_train/parsing/epoch_2.pth',
            ),
            guidance=dict(type='SSGM', channels=256, semantic_channels=112, hidden=64),
            landmark_prior=dict(
                type='LandmarkPrior',
                network=dict(type='MobileFaceNet', input_size=64),
                input_format=dict(size=64, channel_order='rgb'),
                checkpoint='work_dirs/demo_train/landmarks/epoch_2.pth',
            ),
            interaction=dict(type='MCM', size=2, embed_dims=256, landmark_channels=512, grid=4),
            head=dict(
                type='GatedLinearHead',
                num_classes=7,
                in_channels=256,
                loss=dict(
                    type='ScheduledLoss',
                    phases=[
                        dict(
                            epochs=1,
                            terms=[
                                dict(type='CrossEntropyLoss'),
                                dict(type='LabelSmoothLoss', label_smooth_val=0.2, mode='original', loss_weight=2.0),
                            ],
                        ),
                        dict(terms=[dict(type='CrossEntropyLoss'), dict(type='DARELoss', loss_weight=0.1)]),
                    ],
                ),
            ),
        ),
    )
)
test_sets = dict(objects=dict(before_packing=[dict(type='DrawOccluders', seed=0), dict(type='OcclusionHole', grow=1, grid=8)]))
