"""The published file of RAN: ``ofer convert ran SRC DST --labels ferplus``.

A file does not state its regions. Six are assumed, and eight for ``--labels affectnet7`` or ``affectnet8``.
"""

from ofer.convert.renaming import Layout, State


def layout(published: State) -> Layout:
    """RAN with any number of classes."""
    num_classes, channels = published['fc.weight'].shape
    model = dict(
        type='RAN',
        data_preprocessor=dict(type='ClsDataPreprocessor', mean=[0, 0, 0], std=[255, 255, 255], to_rgb=False, num_classes=num_classes),
        backbone=dict(type='ResNet', depth=18),
        neck=dict(type='RegionAttention', channels=len(published['alpha.0.weight'][0])),
        head=dict(type='RegionHead', num_classes=num_classes, in_channels=channels, loss=dict(type='CrossEntropyLoss')),
        regions='six',
    )
    names = [
        (r'(alpha|beta)\.0\.', r'neck.\1.'),
        (r'fc\.', 'head.fc.'),
        ('', 'backbone.'),
    ]
    eight = {'regions': 'eight', 'head.margin': 0.03}
    return Layout(model, names, outputs=('head.fc.weight', 'head.fc.bias'), variants={'affectnet7': eight, 'affectnet8': eight})
