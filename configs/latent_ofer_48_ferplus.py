"""The whole of Latent-OFER at 48 pixels, FERPlus: detect, repaint, recognise.

ofer train-stages configs/latent_ofer/plan_48_ferplus.py trains the stages, then
ofer test configs/latent_ofer_48_ferplus.py --all tests them together.
Rows of Table 10: without reconstruction model.detector=None model.inpainter=None; the masked autoencoder's painting alone
model.inpainter.model.generator=None; a perfect detector model.detector=None (test set objects).
"""

_base_ = [
    '_base_/models/latent_ofer_48.py',
    '_base_/datasets/ferplus_48_table.py',
    '_base_/schedules/finetune_10e.py',
    '_base_/runtime.py',
]

test_sets = dict(
    objects=dict(
        before_packing=[
            dict(type='PasteOccluders', folder='data/occluders', seed=0),
            dict(type='RandomGrayscale', prob=1.0, keep_channels=True, channel_weights=(1, 2, 1)),
            dict(type='OcclusionHole', grid=8),
        ]
    )
)
