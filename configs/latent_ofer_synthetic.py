"""The whole of Latent-OFER on drawn faces of 64 pixels: detect, repaint, recognise.

ofer train-stages configs/latent_ofer/plan_synthetic.py trains the stages, then
ofer test configs/latent_ofer_synthetic.py --all tests them together.
Rows of Table 10: without reconstruction model.detector=None model.inpainter=None; the masked autoencoder's painting alone
model.inpainter.model.generator=None; a perfect detector model.detector=None, if the test set has holes (objects).
"""

_base_ = ['_base_/models/latent_ofer_tiny.py', '_base_/datasets/drawn_faces_64.py', '_base_/schedules/finetune_10e.py', '_base_/runtime.py']

test_sets = dict(
    objects=dict(before_packing=[dict(type='DrawOccluders', seed=0), dict(type='OcclusionHole', grow=1, grid=8)]),
    irregular=dict(before_packing=[dict(type='FreeFormHole', share=(0.1, 0.4), seed=0)]),  # Table 9, with model.detector=None
)
