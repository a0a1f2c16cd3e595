"""ViT-SVDD by Eq. 1 on the frozen latents of the tiny masked autoencoder."""

model = dict(
    type='OcclusionDetector',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
    latents=dict(
        type='LatentPrior',
        network=dict(type='MaskedViT', img_size=64, patch_size=8, embed_dims=96, depth=4, num_heads=3),
        input_format=dict(size=64),
        checkpoint='checkpoints/latent_ofer_mae_synthetic.pth',
    ),
    detector=dict(type='ViTSVDD', in_channels=96),
)
