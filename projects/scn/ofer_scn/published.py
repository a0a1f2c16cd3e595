"""The published file of SCN: ``ofer convert scn SRC DST --labels rafdb``."""

from ofer.convert.renaming import Layout, State


def layout(published: State) -> Layout:
    """ResNet-18 of torchvision in a ``Sequential``, a linear layer, and the weight of a sample."""
    num_classes, in_channels = published['fc.weight'].shape
    if 'alpha.0.weight' not in published:
        raise KeyError('alpha.0.weight')
    model = dict(
        type='ImageClassifier',
        data_preprocessor=dict(
            type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=num_classes
        ),
        backbone=dict(type='ResNet', depth=18),
        neck=dict(type='GlobalAveragePooling'),
        head=dict(type='SCNHead', num_classes=num_classes, in_channels=in_channels, loss=dict(type='CrossEntropyLoss')),
    )
    names = [
        (r'features\.0\.', 'backbone.conv1.'),
        (r'features\.1\.', 'backbone.bn1.'),
        *((rf'features\.{stage + 3}\.', f'backbone.layer{stage}.') for stage in (1, 2, 3, 4)),
        (r'fc\.', 'head.fc.'),
        (r'alpha\.0\.', 'head.alpha.'),
    ]
    return Layout(model, names, outputs=('head.fc.weight', 'head.fc.bias'))
