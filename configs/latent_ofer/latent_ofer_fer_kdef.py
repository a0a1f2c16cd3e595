"""Latent-OFER's recognition network on KDEF: ResNet-18 with attention heads, and ViT latents.

Not trained by us. Weights: checkpoints/msceleb_resnet18.pth, written by ofer convert from the published file
(msceleb_resnet18), and checkpoints/latent_ofer_mae_kdef.pth, by that config or from a published file (mae).
Rows of Table 10: model.latents=full; or model.latents=none with model.encoder=None,
model.embed=None and model.head.in_channels=512; or the latents alone with
model.image_feature=False, model.head.in_channels=256 and model.cnn_checkpoint=checkpoints/latent_ofer_fer_kdef.pth, the CNN of this
config as it is, which selects them.
"""

_base_ = [
    '../_base_/models/latent_ofer.py',
    '../_base_/datasets/kdef.py',
    '../_base_/schedules/fer_60e.py',
    '../_base_/runtime.py',
]

model = dict(_delete_=True, **_base_.model.classifier.model)
model['encoder']['checkpoint'] = 'checkpoints/latent_ofer_mae_kdef.pth'

train_dataloader = dict(
    batch_size=128, sampler=dict(_delete_=True, type='DefaultSampler', shuffle=True), dataset=dict(pipeline=_base_.fer_pipeline)
)
