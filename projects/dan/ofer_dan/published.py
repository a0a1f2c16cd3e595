"""The published file of DAN: ``ofer convert dan SRC DST --labels rafdb``."""

from ofer.convert.renaming import Layout, State, count_blocks


def layout(published: State) -> Layout:
    """DAN with any number of heads and classes. The file has no centres of the affinity loss, which only training needs."""
    channels, reduced = published['cat_head0.ca.attention.3.weight'].shape
    num_classes = len(published['bn.weight'])
    model = dict(
        type='ImageClassifier',
        data_preprocessor=dict(
            type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=num_classes
        ),
        backbone=dict(type='ResNet', depth=18),
        neck=dict(type='DANAttention', channels=channels, num_heads=count_blocks(published, 'cat_head'), reduction=channels // reduced),
        head=dict(type='DANHead', num_classes=num_classes, in_channels=channels, loss=dict(type='CrossEntropyLoss')),
    )
    names = [
        (r'features\.0\.', 'backbone.conv1.'),
        (r'features\.1\.', 'backbone.bn1.'),
        *((rf'features\.{stage + 3}\.', f'backbone.layer{stage}.') for stage in (1, 2, 3, 4)),
        (r'cat_head(\d+)\.', r'neck.heads.\1.'),
        (r'(fc|bn)\.', r'head.\1.'),
    ]
    outputs = ('fc.weight', 'fc.bias', 'bn.weight', 'bn.bias', 'bn.running_mean', 'bn.running_var')
    return Layout(model, names, outputs=tuple(f'head.{name}' for name in outputs))
