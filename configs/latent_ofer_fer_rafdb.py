"""Latent-OFER's recognition network on RAF-DB: ResNet-18 with attention heads, and the ViT latents of the places that they attend to.

Weights: checkpoints/msceleb_resnet18.pth, written by tools/convert/published.py from the published file (msceleb_resnet18), and
checkpoints/latent_ofer_mae_rafdb.pth, by latent_ofer_mae_rafdb.py or from a published file (mae). Rows of Table 10: model.latents=full; or
model.latents=none with model.encoder=None, model.embed=None and model.head.in_channels=512; or the latents alone with
model.image_feature=False and model.head.in_channels=256.
"""

_base_ = ['_base_/rafdb.py', '_base_/runtime.py']

num_epochs = 60

model = dict(
    type='LatentFER',
    data_preprocessor=dict(
        type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=7
    ),
    backbone=dict(type='ResNet', depth=18, init_cfg=dict(type='Pretrained', checkpoint='checkpoints/msceleb_resnet18.pth')),
    neck=dict(type='CrossAttentionHeads', channels=512, num_heads=4),
    latents='selected',
    encoder=dict(type='LatentPrior', network=dict(type='MaskedViT'), checkpoint='checkpoints/latent_ofer_mae_rafdb.pth'),
    embed=dict(type='LatentMLP', in_dims=768, grid=14, place_dims=32, out_channels=256),
    head=dict(type='LinearClsHead', num_classes=7, in_channels=512 + 256, loss=dict(type='CrossEntropyLoss')),
)

train_dataloader = dict(batch_size=128)
train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=1)
optim_wrapper = dict(optimizer=dict(type='SGD', lr=0.1, momentum=0.9, weight_decay=1e-4))
param_scheduler = dict(type='StepLR', step_size=10, gamma=0.1, by_epoch=True)
