"""Latent-OFER at its published sizes: detect, repaint, recognise.

The configs of the stages use their part of this model, so that a stage is trained as it runs in the whole. An experiment sets the files
of its data set: each checkpoint has the name of its config. The losses of the stages are also here; they are not built for a stage
that is not trained.
"""

pixels = dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False)
faces = dict(num_classes=7, **pixels)
vit = dict(type='MaskedViT', img_size=224, patch_size=16, embed_dims=768, depth=12, num_heads=12)

model = dict(
    type='LatentOFER',
    data_preprocessor=faces,
    detector=dict(
        model=dict(
            type='OcclusionDetector',
            data_preprocessor=pixels,
            latents=dict(type='LatentPrior', network=vit),
            # nu: the best F1 where it was chosen on real faces, see latent_ofer_small.py
            detector=dict(type='ViTSVDD', in_channels=768, hidden=(512, 128), nu=0.03),
        ),
    ),
    inpainter=dict(
        size=256,
        model=dict(
            type='HybridInpainter',
            data_preprocessor=pixels,
            coarse=dict(
                type='MaskedAutoencoder',
                data_preprocessor=pixels,
                encoder=vit,
                decoder=dict(type='MaskedViTDecoder', grid=14, patch_size=16, in_dims=768, embed_dims=512, depth=8, num_heads=16),
                loss=dict(type='MaskedPatchLoss'),
            ),
            coarse_size=224,
            patch_size=16,
            generator=dict(type='HybridUNet', assembly=dict(type='SelfAssembly'), base_channels=64, num_levels=8, assembly_level=3),
            perceptual=dict(type='VGG16Features', checkpoint='checkpoints/vgg16.pth'),  # torchvision's vgg16-397923af.pth
            discriminators=dict(
                image=dict(type='PatchDiscriminator', num_layers=3),
                relu3_3=dict(type='PatchDiscriminator', in_channels=256, base_channels=512, num_layers=2),
            ),
            reconstruction_weight=1.0,
            adversarial_weight=0.002,
            consistency=dict(type='ConsistencyLoss', layer='relu4_3', loss_weight=0.01),
            semantic=dict(
                type='SemanticConsistencyLoss',
                input_size=224,
                loss_weight=1.0,
                classifier=dict(
                    type='ImageClassifier',
                    data_preprocessor=faces,
                    backbone=dict(type='ResNet', depth=18),
                    neck=dict(type='GlobalAveragePooling'),
                    head=dict(type='LinearClsHead', num_classes=7, in_channels=512, loss=dict(type='CrossEntropyLoss')),
                ),
            ),
        ),
    ),
    classifier=dict(
        model=dict(
            type='LatentFER',
            data_preprocessor=faces,
            backbone=dict(type='ResNet', depth=18, init_cfg=dict(type='Pretrained', checkpoint='checkpoints/msceleb_resnet18.pth')),
            neck=dict(type='CrossAttentionHeads', channels=512, num_heads=4),
            latents='selected',
            encoder=dict(type='LatentPrior', network=vit),
            embed=dict(type='LatentMLP', in_dims=768, grid=14, place_dims=32, out_channels=256),
            head=dict(type='LinearClsHead', num_classes=7, in_channels=512 + 256, loss=dict(type='CrossEntropyLoss')),
        ),
    ),
)
del pixels, faces, vit
