"""Names of published SpectralFormers, for pixels and patches."""

from ofer.convert.renaming import Layout, State, count_blocks


def layout(published: State) -> Layout:
    """The transformer as a backbone and a linear head; the number of heads, 4, is not in the file."""
    embed_dims, token_size = published['patch_to_embedding.weight'].shape
    model = dict(
        type='ImageClassifier',
        data_preprocessor=dict(type='ClsDataPreprocessor', to_rgb=False),
        backbone=dict(
            type='SpectralFormer',
            num_bands=published['pos_embedding'].shape[1] - 1,
            token_size=token_size,
            embed_dims=embed_dims,
            depth=count_blocks(published, 'transformer.layers.'),
            mlp_dims=len(published['transformer.layers.0.1.fn.fn.net.0.bias']),
            fusion='transformer.skipcat.0.weight' in published,
        ),
        head=dict(
            type='LinearClsHead', num_classes=len(published['mlp_head.1.bias']), in_channels=embed_dims, loss=dict(type='CrossEntropyLoss')
        ),
    )
    attention, mlp = r'transformer\.layers\.(\d+)\.0\.fn\.', r'transformer\.layers\.(\d+)\.1\.fn\.'
    layer = r'backbone.layers.\1.'
    names = [
        (r'pos_embedding', 'backbone.pos_embed'),
        (r'cls_token', 'backbone.cls_token'),
        (r'patch_to_embedding\.', 'backbone.embed.'),
        (attention + r'norm\.', layer + 'norm1.'),
        (attention + r'fn\.to_qkv\.', layer + 'attn.qkv.'),
        (attention + r'fn\.to_out\.0\.', layer + 'attn.proj.'),
        (mlp + r'norm\.', layer + 'norm2.'),
        (mlp + r'fn\.net\.0\.', layer + 'mlp.fc1.'),
        (mlp + r'fn\.net\.3\.', layer + 'mlp.fc2.'),
        (r'transformer\.skipcat\.', 'backbone.fusions.'),
        (r'mlp_head\.0\.', 'backbone.norm.'),
        (r'mlp_head\.1\.', 'head.fc.'),
    ]
    return Layout(model, names)
