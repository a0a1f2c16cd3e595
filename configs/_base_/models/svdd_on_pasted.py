"""ViT-SVDD by Eq. 1 on the frozen latents of a detector that was trained with its encoder; the experiment sets its checkpoint."""

model = dict(
    type='OcclusionDetector',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
    latents=dict(
        type='LatentPrior',
        network=dict(type='ConvStemViT', img_size=64, widths=(16, 32, 64), embed_dims=96, depth=3, num_heads=3),
        input_format=dict(size=64),
    ),
    detector=dict(type='ViTSVDD', in_channels=96),
)
