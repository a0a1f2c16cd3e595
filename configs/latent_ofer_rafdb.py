"""The whole of Latent-OFER on RAF-DB, at its published sizes: detect, repaint, recognise. Not trained by us.

ofer train-stages configs/latent_ofer/plan_rafdb.py trains the stages, then
ofer test configs/latent_ofer_rafdb.py --all tests them together.
Rows of Table 10: without reconstruction model.detector=None model.inpainter=None; the masked autoencoder's painting alone
model.inpainter.model.generator=None; a perfect detector model.detector=None, if the test set has holes (objects).
Table 9: --sets irregular with model.detector=None; MAE: the painting alone, as above; CSA: model.inpainter.checkpoint of an inpainter that
was trained with model.generator.assembly.type=CoherentSemanticAttention, and model.inpainter.model.generator.assembly.type.
"""

_base_ = ['_base_/models/latent_ofer.py', '_base_/datasets/rafdb.py', '_base_/schedules/finetune_10e.py', '_base_/runtime.py']

mae = dict(checkpoint='checkpoints/latent_ofer_mae_rafdb.pth')
semantic = dict(checkpoint='checkpoints/resnet18_rafdb.pth')
model = dict(
    detector=dict(checkpoint='checkpoints/latent_ofer_svdd_rafdb.pth', model=dict(latents=mae)),
    inpainter=dict(checkpoint='checkpoints/latent_ofer_inpainter_rafdb.pth', model=dict(coarse=mae, semantic=semantic)),
    classifier=dict(checkpoint='checkpoints/latent_ofer_fer_rafdb.pth', model=dict(encoder=mae)),
)
del mae, semantic

objects = [dict(type='PasteOccluders', folder='data/occluders', seed=0), dict(type='OcclusionHole', grow=2, grid=14)]
test_sets = dict(
    objects=dict(before_packing=objects),
    # Table 9, with model.detector=None: the face under an irregular mask is repainted, then recognised
    irregular=dict(before_packing=[dict(type='FreeFormHole', share=(0.1, 0.4), seed=0)]),
)
del objects
