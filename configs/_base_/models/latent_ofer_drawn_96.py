"""A small Latent-OFER at 96 pixels for drawn faces, for one GPU: 12 x 12 patches in all stages.

The detector has an encoder of its own, trained with it. The configs of the stages use their part of this model.
"""

pixels = dict(type='FacePreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False)
faces = dict(num_classes=7, **pixels)
vit = dict(type='MaskedViT', img_size=96, patch_size=8, embed_dims=160, depth=6, num_heads=5)
resnet = dict(type='ResNet_CIFAR', depth=18, stem_channels=16, base_channels=16, strides=(2, 2, 2, 1))  # 12 x 12 cells, as the latents

model = dict(
    type='LatentOFER',
    data_preprocessor=faces,
    detector=dict(
        checkpoint='checkpoints/latent_ofer_svdd_pasted_96_synthetic.pth',
        size=96,
        model=dict(
            type='OcclusionDetector',
            data_preprocessor=pixels,
            encoder=dict(type='ConvStemViT', img_size=96, widths=(16, 32, 64), embed_dims=96, depth=3, num_heads=3),
            detector=dict(type='ViTSVDD', in_channels=96, hidden=(64,), nu=0.01, classifies=True),
            pasting=dict(clean=0.6),
            size=96,
        ),
    ),
    inpainter=dict(
        checkpoint='checkpoints/latent_ofer_inpainter_96_synthetic.pth',
        size=96,
        model=dict(
            type='HybridInpainter',
            data_preprocessor=pixels,
            coarse=dict(
                type='MaskedAutoencoder',
                data_preprocessor=pixels,
                encoder=vit,
                decoder=dict(type='MaskedViTDecoder', grid=12, patch_size=8, in_dims=160, embed_dims=96, depth=3, num_heads=3),
                loss=dict(type='MaskedPatchLoss'),
                checkpoint='checkpoints/latent_ofer_mae_96_synthetic.pth',
            ),
            patch_size=8,
            generator=dict(
                type='HybridUNet', assembly=dict(type='SelfAssembly'), base_channels=24, max_channels=96, num_levels=5, assembly_level=3
            ),
            # no term on features: there are no weights of VGG16 for them
            discriminators=dict(image=dict(type='PatchDiscriminator', base_channels=32, num_layers=2)),
            reconstruction_weight=1.0,
            hole_weight=2.0,
            adversarial_weight=0.002,
            semantic=dict(
                type='SemanticConsistencyLoss',
                checkpoint='checkpoints/resnet18_96_synthetic.pth',
                input_size=None,
                loss_weight=0.1,
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
        checkpoint='checkpoints/latent_ofer_fer_96_synthetic.pth',
        size=96,
        model=dict(
            type='LatentFER',
            data_preprocessor=faces,
            backbone=resnet,
            neck=dict(type='CrossAttentionHeads', channels=128, num_heads=4),
            latents='selected',
            encoder=dict(
                type='LatentPrior', network=vit, input_format=dict(size=96), checkpoint='checkpoints/latent_ofer_mae_96_synthetic.pth'
            ),
            embed=dict(type='LatentMLP', in_dims=160, grid=12, place_dims=16, out_channels=128),
            head=dict(type='LinearClsHead', num_classes=7, in_channels=128 + 128, loss=dict(type='CrossEntropyLoss')),
        ),
    ),
)
del pixels, faces, vit, resnet
