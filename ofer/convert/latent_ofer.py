"""Published recognition network of Latent-OFER."""

from ofer.convert.renaming import Layout, State, count_blocks


def layout(published: State) -> Layout:
    """Recognition network of Latent-OFER, or its CNN branch alone; the encoder of the latents has a separate file (``mae``)."""
    channels, reduced = published['cat_head0.ca.attention.3.weight'].shape
    model = dict(
        type='ImageClassifier',
        data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
        backbone=dict(type='ResNet', depth=18),
        neck=dict(
            type='CrossAttentionHeads',
            channels=channels,
            num_heads=count_blocks(published, 'cat_head'),
            reduction=channels // reduced,
            normalize=False,
        ),
    )
    names = [
        (r'features\.0\.', 'backbone.conv1.'),
        (r'features\.1\.', 'backbone.bn1.'),
        *((rf'features\.{stage + 3}\.', f'backbone.layer{stage}.') for stage in (1, 2, 3, 4)),
        (r'cat_head(\d+)\.', r'neck.heads.\1.'),
    ]
    if 'fc.weight' not in published:
        return Layout(model, names)
    (num_classes,), (_, in_channels) = published['fc4.bias'].shape, published['fc.weight'].shape
    model |= dict(
        type='LatentFER',
        latents='full',
        embed=dict(type='LatentBoxMLP'),
        head=dict(type='PublishedLatentHead', num_classes=num_classes, in_channels=in_channels, loss=dict(type='CrossEntropyLoss')),
    )
    for part, layers in (
        ('embed', ('hh_layer', 'hh_layer2', 'hh_batch1', 'hh_layer3', 'hh_layer4', 'batch_norm1')),
        ('head', ('fc', 'fc2', 'batch_norm', 'fc4', 'bn')),
    ):
        names += [(rf'{name}\.', f'{part}.layers.{i}.') for i, name in enumerate(layers)]
    norm = ('weight', 'bias', 'running_mean', 'running_var')
    outputs = ('head.layers.3.weight', 'head.layers.3.bias', *(f'head.layers.4.{name}' for name in norm))
    return Layout(model, names, outputs=outputs)
