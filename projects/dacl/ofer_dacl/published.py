"""The published file of DACL: ``ofer convert dacl SRC DST --labels rafdb``. It has no centres: only the loss reads them."""

from ofer.convert.renaming import Layout, State


def layout(published: State) -> Layout:
    """ResNet-18 of torchvision with an attention on its last feature map."""
    num_classes, in_channels = published['fc.weight'].shape
    hidden = tuple(len(published[f'attention.{layer}.weight']) for layer in (0, 3, 6))
    model = dict(
        type='ImageClassifier',
        data_preprocessor=dict(
            type='ClsDataPreprocessor',
            mean=[146.676, 114.6225, 102.306],
            std=[53.193, 48.7305, 46.5885],
            to_rgb=False,
            num_classes=num_classes,
        ),
        backbone=dict(type='ResNet', depth=18),
        head=dict(
            type='DACLHead',
            num_classes=num_classes,
            in_channels=in_channels,
            grid=round((published['attention.0.weight'].shape[1] / in_channels) ** 0.5),
            hidden=hidden,
            loss=dict(type='CrossEntropyLoss'),
        ),
    )
    names = [(r'(fc|attention|attention_heads)\.', r'head.\1.'), (r'(conv1|bn1|layer\d)\.', r'backbone.\1.')]
    return Layout(model, names, outputs=('head.fc.weight', 'head.fc.bias'))
