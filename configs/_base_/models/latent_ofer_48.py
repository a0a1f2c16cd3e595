"""A small Latent-OFER for FERPlus at its own 48 pixels, eight classes: 8 x 8 patches in all stages.

The detector enlarges faces to 64 pixels and has an encoder of its own, trained with it. Recognition uses the first three stages of the
image backbone ir_48 (12 x 12 cells). The semantic term of the inpainter reads the recogniser of the package, which also teaches
recognition. The configs of the stages use their part of this model. In half precision the stages together have 5.4 MB; painter and
classifier have one encoder.
"""

faces = dict(type='FacePreprocessor', mean=[127.5, 127.5, 127.5], std=[127.5, 127.5, 127.5], num_classes=8)
vit = dict(type='MaskedViT', img_size=48, patch_size=6, embed_dims=128, depth=6, num_heads=4, mlp_ratio=2.0)

model = dict(
    type='LatentOFER',
    data_preprocessor=dict(grey=True, **faces),
    detector=dict(
        checkpoint='checkpoints/latent_ofer_svdd_pasted_48_ferplus.pth',
        size=48,
        model=dict(
            type='OcclusionDetector',
            data_preprocessor=faces,
            encoder=dict(type='ConvStemViT', img_size=64, widths=(16, 32, 64), embed_dims=96, depth=3, num_heads=3, mlp_ratio=3.0),
            detector=dict(type='ViTSVDD', in_channels=96, hidden=(64,), nu=0.02, classifies=True),
            pasting=dict(clean=0.6),
            size=64,
        ),
    ),
    inpainter=dict(
        checkpoint='checkpoints/latent_ofer_inpainter_48_ferplus.pth',
        size=48,
        model=dict(
            type='HybridInpainter',
            data_preprocessor=faces,
            coarse=dict(
                type='MaskedAutoencoder',
                data_preprocessor=faces,
                encoder=vit,
                decoder=dict(
                    type='MaskedViTDecoder', grid=8, patch_size=6, in_dims=128, embed_dims=96, depth=2, num_heads=3, mlp_ratio=2.0
                ),
                loss=dict(type='MaskedPatchLoss'),
                checkpoint='checkpoints/latent_ofer_mae_48_ferplus.pth',
            ),
            patch_size=6,
            generator=dict(
                type='HybridUNet', assembly=dict(type='SelfAssembly'), base_channels=20, max_channels=40, num_levels=4, assembly_level=2
            ),
            # no term on features: there are no weights of VGG16 for them
            discriminators=dict(image=dict(type='PatchDiscriminator', base_channels=32, num_layers=2)),
            reconstruction_weight=1.0,
            hole_weight=2.0,
            adversarial_weight=0.002,
            semantic=dict(
                type='SemanticConsistencyLoss',
                checkpoint='ofer::recogniser',
                input_size=None,
                loss_weight=0.1,
                classifier=dict(
                    type='ORSANet',
                    data_preprocessor=faces,
                    backbone=dict(type='IRNet', arch='ir_48_deep', input_size=48, out_stages=(2, 3)),
                    tokens=dict(type='GridTokens', in_channels=224, in_size=6, grid=6, embed_dims=256),
                    head=dict(type='GatedLinearHead', num_classes=8, in_channels=256, loss=dict(type='CrossEntropyLoss', use_soft=True)),
                    occlusion_head=dict(type='OcclusionMapHead', in_channels=(128, 224), grid=12),
                ),
            ),
        ),
    ),
    classifier=dict(
        checkpoint='checkpoints/latent_ofer_fer_48_ferplus.pth',
        size=48,
        model=dict(
            type='LatentFER',
            data_preprocessor=faces,
            backbone=dict(
                type='IRNet',
                arch=dict(stem=16, units=(1, 2, 2), channels=(16, 64, 128), strides=(1, 2, 2), plain=True),  # ir_48 without its last stage
                input_size=48,
            ),
            neck=dict(type='CrossAttentionHeads', channels=128, num_heads=2),
            latents='selected',
            encoder=dict(
                type='LatentPrior',
                network=vit,
                input_format=dict(size=48, mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5)),
                checkpoint='checkpoints/latent_ofer_mae_48_ferplus.pth',
            ),
            embed=dict(type='LatentMLP', in_dims=128, grid=8, place_dims=8, out_channels=128),
            head=dict(type='LinearClsHead', num_classes=8, in_channels=128 + 128, loss=dict(type='CrossEntropyLoss', use_soft=True)),
        ),
    ),
)
del faces, vit
