"""The published file of RUL: ``ofer convert rul SRC DST --labels rafdb``. Network and classifier are two state dicts in it."""

from collections.abc import Mapping
from typing import Any

from ofer.compat import unwrap_state_dict
from ofer.convert.renaming import Layout, State


def tensors(checkpoint: Mapping[str, Any]) -> State:
    """Network and classifier, which the file holds side by side; the classifier as ``fc``."""
    classifier = unwrap_state_dict(checkpoint['fc_state_dict'])
    return unwrap_state_dict(checkpoint['model_state_dict']) | {f'fc.{name}': value for name, value in classifier.items()}


def layout(published: State) -> Layout:
    """ResNet-18 of torchvision in a ``Sequential``, two branches, and the classifier."""
    embed_dims, inputs = published['mu.3.weight'].shape
    channels = len(published['mu.0.running_mean'])
    num_classes = len(published['fc.bias'])
    model = dict(
        type='ImageClassifier',
        data_preprocessor=dict(
            type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False, num_classes=num_classes
        ),
        backbone=dict(type='ResNet', depth=18),
        head=dict(
            type='RULHead',
            num_classes=num_classes,
            channels=channels,
            grid=round((inputs / channels) ** 0.5),
            embed_dims=embed_dims,
            loss=dict(type='CrossEntropyLoss'),
        ),
    )
    names = [
        (r'features\.0\.', 'backbone.conv1.'),
        (r'features\.1\.', 'backbone.bn1.'),
        *((rf'features\.{stage + 3}\.', f'backbone.layer{stage}.') for stage in (1, 2, 3, 4)),
        (r'(mu|log_var|fc)\.', r'head.\1.'),
    ]
    return Layout(model, names, outputs=('head.fc.weight', 'head.fc.bias'))
