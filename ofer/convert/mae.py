"""Published masked autoencoder (He et al.), with its decoder or without."""

from ofer.convert.renaming import Layout, State, count_blocks


def layout(published: State) -> Layout:
    """Masked autoencoder (He et al.), with its decoder or without.

    A file does not state the number of heads; those of the published networks are assumed: one head for every 64 channels (ViT-B, ViT-L)
    or 80 (ViT-H) in the encoder, 16 heads in the decoder.
    """
    dims, _, patch_size, _ = published['patch_embed.proj.weight'].shape
    grid = round((published['pos_embed'].shape[1] - 1) ** 0.5)
    encoder = dict(
        type='MaskedViT',
        img_size=grid * patch_size,
        patch_size=patch_size,
        embed_dims=dims,
        depth=count_blocks(published, 'blocks.'),
        num_heads=dims // (80 if dims == 1280 else 64),
    )
    if 'decoder_embed.weight' not in published:
        return Layout(encoder, [])
    model = dict(
        type='MaskedAutoencoder',
        data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
        encoder=encoder,
        decoder=dict(
            type='MaskedViTDecoder',
            grid=grid,
            patch_size=patch_size,
            in_dims=dims,
            embed_dims=len(published['decoder_embed.weight']),
            depth=count_blocks(published, 'decoder_blocks.'),
            num_heads=16,
        ),
        loss=dict(type='MaskedPatchLoss'),
    )
    return Layout(model, [(r'mask_token$', 'decoder.mask_token'), (r'decoder_', 'decoder.'), ('', 'encoder.')])
