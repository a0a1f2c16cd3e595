"""A tiny Latent-OFER for drawn faces of 64 pixels, for two cores. The detector has an encoder of its own, trained with it.

The configs of the stages use their part of this model.
"""

pixels = dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False)
faces = dict(num_classes=7, **pixels)
vit = dict(type='MaskedViT', img_size=64, patch_size=8, embed_dims=96, depth=4, num_heads=3)
resnet = dict(type='ResNet_CIFAR', depth=18, stem_channels=16, base_channels=16, strides=(2, 2, 2, 1))  # 8 x 8 cells, as the latents

model = dict(
    type='LatentOFER',
    data_preprocessor=faces,
    detector=dict(
        checkpoint='checkpoints/latent_ofer_svdd_pasted_synthetic.pth',
        model=dict(
            type='OcclusionDetector',
            data_preprocessor=pixels,
            encoder=dict(type='ConvStemViT', img_size=64, widths=(16, 32, 64), embed_dims=96, depth=3, num_heads=3),
            detector=dict(type='ViTSVDD', in_channels=96, hidden=(64,), nu=0.01, classifies=True),
            pasting=dict(clean=0.15),
        ),
    ),
    inpainter=dict(
        checkpoint='checkpoints/latent_ofer_inpainter_synthetic.pth',
        model=dict(
            type='HybridInpainter',
            data_preprocessor=pixels,
            coarse=dict(
                type='MaskedAutoencoder',
                data_preprocessor=pixels,
                encoder=vit,
                decoder=dict(type='MaskedViTDecoder', grid=8, patch_size=8, in_dims=96, embed_dims=64, depth=1, num_heads=4),
                loss=dict(type='MaskedPatchLoss'),
                checkpoint='checkpoints/latent_ofer_mae_synthetic.pth',
            ),
            patch_size=8,
            generator=dict(
                type='HybridUNet', assembly=dict(type='SelfAssembly'), base_channels=16, max_channels=64, num_levels=6, assembly_level=2
            ),
            perceptual=dict(type='VGG16Features', base_channels=16),
            discriminators=dict(
                image=dict(type='PatchDiscriminator', base_channels=16, num_layers=2),
                relu3_3=dict(type='PatchDiscriminator', in_channels=64, base_channels=64, max_channels=64, num_layers=1),
            ),
            reconstruction_weight=1.0,
            adversarial_weight=0.002,
            consistency=dict(type='ConsistencyLoss', layer='relu3_3', loss_weight=0.01),
            semantic=dict(
                type='SemanticConsistencyLoss',
                checkpoint='checkpoints/resnet18_small_synthetic.pth',
                input_size=None,
                loss_weight=1.0,
                classifier=dict(
                    type='ImageClassifier',
                    data_preprocessor=faces,
                    backbone=resnet,
                    neck=dict(type='GlobalAveragePooling'),
                    head=dict(type='LinearClsHead', num_classes=7, in_channels=128, loss=dict(type='CrossEntropyLoss')),
                ),
            ),
        ),
    ),
    classifier=dict(
        checkpoint='checkpoints/latent_ofer_fer_synthetic.pth',
        model=dict(
            type='LatentFER',
            data_preprocessor=faces,
            backbone=resnet,
            neck=dict(type='CrossAttentionHeads', channels=128, num_heads=4),
            latents='selected',
            encoder=dict(
                type='LatentPrior', network=vit, input_format=dict(size=64), checkpoint='checkpoints/latent_ofer_mae_synthetic.pth'
            ),
            embed=dict(type='LatentMLP', in_dims=96, grid=8, place_dims=16, out_channels=128),
            head=dict(type='LinearClsHead', num_classes=7, in_channels=128 + 128, loss=dict(type='CrossEntropyLoss')),
        ),
    ),
)
del pixels, faces, vit, resnet
