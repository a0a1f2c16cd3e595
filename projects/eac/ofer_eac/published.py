"""The published file of EAC: ``ofer convert eac SRC DST --labels rafdb``."""

from ofer.convert.renaming import Layout, State


def layout(published: State) -> Layout:
    """EAC with any number of classes, on ResNet-50 (VGGFace2) or ResNet-18 (MS-Celeb-1M)."""
    num_classes, channels = published['fc.weight'].shape
    deep = 'features.4.0.conv3.weight' in published
    model = dict(
        type='EAC',
        data_preprocessor=dict(
            type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=num_classes
        ),
        backbone=dict(type='CaffeResNet', depth=50) if deep else dict(type='ResNet', depth=18),
        neck=dict(type='GlobalAveragePooling'),
        head=dict(type='LinearClsHead', num_classes=num_classes, in_channels=channels, loss=dict(type='CrossEntropyLoss')),
    )
    names = [
        (r'features\.0\.', 'backbone.conv1.'),
        (r'features\.1\.', 'backbone.bn1.'),
        *((rf'features\.{stage + 3}\.', f'backbone.layer{stage}.') for stage in (1, 2, 3, 4)),
        (r'fc\.', 'head.fc.'),
    ]
    return Layout(model, names, outputs=('head.fc.weight', 'head.fc.bias'))
