"""The published file of EfficientFace: ``ofer convert efficientface SRC DST --labels affectnet7``. It has no teacher.

Its authors have the folders of all data sets in the order of AffectNet.
"""

from ofer.convert.renaming import Layout, State, count_blocks


def layout(published: State) -> Layout:
    """ShuffleNetV2 with local features and a modulator; widths and depths are read from the file."""
    num_classes, out_channels = published['fc.weight'].shape
    stem = len(published['conv1.0.weight'])
    stages = [len(published[f'stage{stage}.0.branch1.2.weight']) * 2 for stage in (2, 3, 4)]
    model = dict(
        type='DistributionClassifier',
        data_preprocessor=dict(
            type='ClsDataPreprocessor',
            mean=[146.727, 114.5715, 102.204],
            std=[52.887, 48.399, 46.2315],
            to_rgb=False,
            num_classes=num_classes,
        ),
        backbone=dict(
            type='EfficientFace',
            channels=[stem, *stages, out_channels],
            units=[count_blocks(published, f'stage{stage}.') for stage in (2, 3, 4)],
        ),
        neck=dict(type='GlobalAveragePooling'),
        head=dict(type='LinearClsHead', num_classes=num_classes, in_channels=out_channels, loss=dict(type='CrossEntropyLoss')),
    )
    return Layout(model, [(r'fc\.', 'head.fc.'), (r'', 'backbone.')], outputs=('head.fc.weight', 'head.fc.bias'))
