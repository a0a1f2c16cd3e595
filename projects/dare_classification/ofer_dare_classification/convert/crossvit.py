"""Names of published CrossViTs at 240 pixels: those of timm except for the embeddings."""

import re

import timm
import torch

from ofer.convert.renaming import Layout, Rules, State

NAMES: Rules = [(r'(pos_embed|cls_token)\.', r'\1_')]
SIZES = ('tiny', 'small', 'base', '9', '15', '18', '9_dagger', '15_dagger', '18_dagger')


def architecture(published: State) -> str:
    """Name in timm of the network whose parameters, apart from the classifier, have the names and shapes of the file.

    Raises:
        ValueError: there is none.
    """
    found = _shapes({re.sub(*NAMES[0], name): value for name, value in published.items()})
    for size in SIZES:
        name = f'crossvit_{size}_240'
        with torch.device('meta'):
            if _shapes(timm.create_model(name).state_dict()) == found:
                return name
    raise ValueError(f'this CrossViT is none of timm: {", ".join(SIZES)}, at 240 pixels')


def _shapes(state: State) -> dict[str, torch.Size]:
    return {name: value.shape for name, value in state.items() if not name.startswith('head.')}


def layout(published: State) -> Layout:
    """timm's network of the same widths."""
    model = dict(
        type='TimmClassifier',
        model_name=architecture(published),
        num_classes=len(published['head.0.bias']),
        data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
        loss=dict(type='CrossEntropyLoss'),
    )
    return Layout(model, NAMES)
