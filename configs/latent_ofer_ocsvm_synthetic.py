"""One-class SVM on the same latents as latent_ofer_svdd_synthetic.py: a rival of Latent-OFER's Table 1. Nothing is trained by steps."""

_base_ = ['_base_/runtime.py', '_base_/synthetic_occlusion.py']

num_epochs = 1
size = 64

model = dict(
    type='OcclusionDetector',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
    latents=dict(
        type='LatentPrior',
        network=dict(type='MaskedViT', img_size=size, patch_size=8, embed_dims=96, depth=4, num_heads=3),
        input_format=dict(size=size),
        checkpoint='checkpoints/latent_ofer_mae_synthetic.pth',
    ),
    detector=dict(type='LatentOneClassSVM', in_channels=96),
)

train_cfg = dict(by_epoch=True, max_epochs=num_epochs, val_interval=num_epochs)
model_wrapper_cfg = dict(type='AveragedGradients')  # in several processes: DDP refuses a model without gradients
optim_wrapper = dict(optimizer=dict(type='SGD', lr=1e-3))
custom_hooks = [dict(type='OneClassHook', interval=num_epochs)]
default_hooks = dict(logger=dict(interval=20), checkpoint=dict(interval=num_epochs, save_best=None))
