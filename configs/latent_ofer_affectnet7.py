"""The whole of Latent-OFER on AffectNet, seven classes, at its published sizes: detect, repaint, recognise. Not trained by us.

python tools/train_stages.py configs/stages/latent_ofer_affectnet7.py trains the stages, then
python tools/test.py configs/latent_ofer_affectnet7.py --all tests them together.
Rows of Table 10: without reconstruction model.detector=None model.inpainter=None; the masked autoencoder's painting alone
model.inpainter.model.generator=None; a perfect detector model.detector=None, where the test set has holes (objects).
"""

_base_ = ['_base_/balanced_224.py', '_base_/runtime.py']

import mmengine

model = dict(
    type='LatentOFER',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=7
    ),
    detector=dict(
        model=mmengine.Config.fromfile('{{ fileDirname }}/latent_ofer_svdd_kdef.py').model,
        checkpoint='checkpoints/latent_ofer_svdd_affectnet7.pth',
    ),
    inpainter=dict(
        model=mmengine.Config.fromfile('{{ fileDirname }}/latent_ofer_inpainter_affectnet7.py').model,
        checkpoint='checkpoints/latent_ofer_inpainter_affectnet7.pth',
        size=256,
    ),
    classifier=dict(
        model=mmengine.Config.fromfile('{{ fileDirname }}/latent_ofer_fer_affectnet7.py').model,
        checkpoint='checkpoints/latent_ofer_fer_affectnet7.pth',
    ),
)

train_dataloader = dict(dataset=dict(type='AffectNet', data_root='data/affectnet'))
val_dataloader = dict(dataset=dict(type='AffectNet', data_root='data/affectnet'))
test_dataloader = val_dataloader
test_sets = dict(
    objects=dict(before_packing=[dict(type='PasteOccluders', folder='data/occluders', seed=0), dict(type='OcclusionHole', grow=2, grid=14)])
)

# trains the classifier on, behind the other stages, which are frozen; each of these has a config of its own
train_cfg = dict(by_epoch=True, max_epochs=10, val_interval=1)
optim_wrapper = dict(optimizer=dict(type='AdamW', lr=1e-4, weight_decay=0.05), clip_grad=dict(max_norm=5.0))
param_scheduler = dict(type='CosineAnnealingLR', eta_min_ratio=0.01, by_epoch=True, T_max=10, convert_to_iter_based=True)
