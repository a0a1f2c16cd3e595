"""Names of published GFNets."""

from ofer.convert.renaming import Layout, State, count_blocks


def layout(published: State) -> Layout:
    """The network as a backbone and a linear head; sizes are read from the file, for square images."""
    height = len(published['blocks.0.filter.complex_weight'])
    channels, _, patch_size, _ = published['patch_embed.proj.weight'].shape
    num_classes = len(published['head.bias'])
    model = dict(
        type='ImageClassifier',
        data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
        backbone=dict(
            type='GFNet',
            arch=dict(embed_dims=channels, depth=count_blocks(published, 'blocks.')),
            img_size=height * patch_size,
            patch_size=patch_size,
            mlp_ratio=len(published['blocks.0.mlp.fc1.bias']) / channels,
        ),
        head=dict(type='LinearClsHead', num_classes=num_classes, in_channels=channels, loss=dict(type='CrossEntropyLoss')),
    )
    return Layout(model, [(r'head\.', 'head.fc.'), (r'', 'backbone.')])
