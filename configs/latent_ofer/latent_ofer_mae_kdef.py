"""Masked autoencoder of the published size (ViT-B/16 at 224) on KDEF: the first stage of Latent-OFER. Not trained by us.

Start from a published file if possible: ofer convert mae SRC checkpoints/mae_vit_base.pth, with --norm-pix if it
was trained on normalised patches, like most; then --cfg-options load_from=checkpoints/mae_vit_base.pth.
"""

_base_ = ['../_base_/models/latent_ofer.py', '../_base_/datasets/kdef.py', '../_base_/schedules/mae_200e.py', '../_base_/runtime.py']

model = dict(_delete_=True, **_base_.model.inpainter.model.coarse, mask_ratio=0.75)

train_dataloader = dict(
    batch_size=64, sampler=dict(_delete_=True, type='DefaultSampler', shuffle=True), dataset=dict(pipeline=_base_.mae_pipeline)
)
val_dataloader, val_evaluator, val_cfg = None, None, None
test_dataloader, test_evaluator, test_cfg, test_sets = None, None, None, None
default_hooks = dict(checkpoint=dict(interval=20, save_best=None))
