"""A small Latent-OFER for FERPlus on CPUs: detector at 48 pixels, autoencoder at 64, U-Net at 96, recognition at 48; eight classes.

The detector has an encoder of its own, trained with it. The configs of the stages use their part of this model.
"""

pixels = dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False)
faces = dict(num_classes=8, **pixels)
vit = dict(type='MaskedViT', img_size=64, patch_size=8, embed_dims=192, depth=6, num_heads=3)

model = dict(
    type='LatentOFER',
    data_preprocessor=faces,
    detector=dict(
        checkpoint='checkpoints/latent_ofer_svdd_pasted_small_fer2013.pth',
        size=48,
        model=dict(
            type='OcclusionDetector',
            data_preprocessor=pixels,
            encoder=dict(type='ConvStemViT', img_size=64, widths=(16, 32, 64), embed_dims=96, depth=3, num_heads=3),
            # nu: the best F1 on the validation split, of 0.005, 0.01, 0.02, 0.03, 0.05 and 0.1
            detector=dict(type='ViTSVDD', in_channels=96, hidden=(64,), nu=0.03, classifies=True),
            pasting=dict(clean=0.15),
            size=64,
        ),
    ),
    inpainter=dict(
        checkpoint='checkpoints/latent_ofer_inpainter_small_fer2013.pth',
        size=96,
        model=dict(
            type='HybridInpainter',
            data_preprocessor=pixels,
            coarse=dict(
                type='MaskedAutoencoder',
                data_preprocessor=pixels,
                encoder=vit,
                decoder=dict(type='MaskedViTDecoder', grid=8, patch_size=8, in_dims=192, embed_dims=96, depth=2, num_heads=3),
                loss=dict(type='MaskedPatchLoss'),
                checkpoint='checkpoints/latent_ofer_mae_small_fer2013.pth',
            ),
            coarse_size=64,
            patch_size=8,
            generator=dict(
                type='HybridUNet', assembly=dict(type='SelfAssembly'), base_channels=32, max_channels=128, num_levels=5, assembly_level=2
            ),
            perceptual=dict(type='VGG16Features', base_channels=32),
            discriminators=dict(
                image=dict(type='PatchDiscriminator', base_channels=32, num_layers=2),
                relu3_3=dict(type='PatchDiscriminator', in_channels=128, base_channels=128, max_channels=128, num_layers=1),
            ),
            reconstruction_weight=1.0,
            adversarial_weight=0.002,
            consistency=dict(type='ConsistencyLoss', layer='relu3_3', loss_weight=0.01),
            semantic=dict(
                type='SemanticConsistencyLoss',
                checkpoint='checkpoints/irnet_small_ferplus.pth',
                input_size=48,
                loss_weight=1.0,
                classifier=dict(
                    type='ORSANet',
                    data_preprocessor=faces,
                    backbone=dict(type='IRNet', arch='ir_small', input_size=48),
                    tokens=dict(type='GridTokens', in_channels=256, in_size=6, grid=6, embed_dims=256),
                    head=dict(type='GatedLinearHead', num_classes=8, in_channels=256, loss=dict(type='CrossEntropyLoss', use_soft=True)),
                ),
            ),
        ),
    ),
    classifier=dict(
        checkpoint='checkpoints/latent_ofer_fer_small_ferplus.pth',
        size=48,
        model=dict(
            type='LatentFER',
            data_preprocessor=faces,
            # no stride at the stem: 6 x 6 cells
            backbone=dict(type='ResNet_CIFAR', depth=18, stem_channels=32, base_channels=32),
            neck=dict(type='CrossAttentionHeads', channels=256, num_heads=4),
            latents='selected',
            encoder=dict(
                type='LatentPrior',
                network=vit,
                input_format=dict(size=64),
                checkpoint='checkpoints/latent_ofer_mae_small_fer2013.pth',
            ),
            embed=dict(type='LatentMLP', in_dims=192, grid=8, place_dims=16, out_channels=128),
            head=dict(type='LinearClsHead', num_classes=8, in_channels=256 + 128, loss=dict(type='CrossEntropyLoss', use_soft=True)),
        ),
    ),
)
del pixels, faces, vit
