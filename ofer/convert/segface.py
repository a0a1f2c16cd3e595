"""Published SegFace: the face parser, trained on LaPa, with any of its published encoders."""

import re

import torch

from ofer.convert.renaming import Layout, State
from ofer.models.priors.segface import ENCODERS, SegFace

_CLASS_TOKENS = (
    'background', 'face', 'leftbro', 'rightbro', 'lefteye', 'righteye', 'nose', 'upperlip', 'innermouth', 'lowerlip', 'hair',
)  # fmt: skip
_WITHOUT_WRAPPER = ('mobilenet_v3_large', 'efficientnet_v2_m')  # their features are the published backbone itself, not its first child


def layout(published: State, prefix: str = '') -> Layout:
    """SegFace on LaPa, with any of its published encoders."""
    encoder = _find_encoder(published, prefix + 'backbone.')
    names = [(rf'face_decoder\.{token}_token\.weight$', f'face_decoder.class_tokens.weight[{i}]') for i, token in enumerate(_CLASS_TOKENS)]
    dead = []
    if encoder not in _WITHOUT_WRAPPER:
        names.append((r'backbone\.0\.', 'backbone.'))
        dead.append((re.escape(prefix) + r'backbone\.1\.', 'norm of SegFace after the last encoder stage: the decoder reads the stages'))
    return Layout(dict(type='SegFace', encoder=encoder, num_classes=len(_CLASS_TOKENS)), names, dead)


def _find_encoder(published: State, prefix: str) -> str:
    for name in ENCODERS:
        with torch.device('meta'):  # only names and shapes are needed
            features = SegFace(name).backbone.state_dict()
        inner = prefix if name in _WITHOUT_WRAPPER else prefix + '0.'
        if all(inner + key in published and published[inner + key].shape == value.shape for key, value in features.items()):
            return name
    raise ValueError(f'this is no segface file of a known encoder: {prefix}* fits none of {", ".join(ENCODERS)}')
