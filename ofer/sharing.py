"""Tensors that occur twice in a file of weights, such as a frozen encoder of two stages, are stored once."""

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

COPIES = 'copies'
"""Entry of the metadata: name of a tensor that is not in the file -> name of the one that it equals."""
WORTH_SHARING = 1024
"""Elements from which a tensor is shared; below, its names take as much space."""


def copied_tensors(state: Mapping[str, 'Tensor']) -> dict[str, str]:
    """Names of the large tensors that equal an earlier one, with its name.

    >>> import torch
    >>> weight = torch.arange(1024.0)
    >>> copied_tensors({'painter.weight': weight, 'classifier.weight': weight.clone(), 'other.weight': -weight})
    {'classifier.weight': 'painter.weight'}
    """
    import torch

    first: dict[tuple, str] = {}
    copies: dict[str, str] = {}
    for name, value in state.items():
        if value.numel() < WORTH_SHARING:
            continue
        raw = value.contiguous().view(torch.uint8).numpy(force=True)  # NumPy has no bfloat16
        content = (value.dtype, value.shape, hashlib.sha256(raw.tobytes()).digest())
        if content in first:
            copies[name] = first[content]
        first.setdefault(content, name)
    return copies


def with_copies(state: Mapping[str, 'Tensor'], metadata: Mapping[str, str] | None) -> dict[str, 'Tensor']:
    """All tensors of a file.

    Args:
        state: the tensors in it.
        metadata: of the file; values are JSON.
    """
    copies = json.loads((metadata or {}).get(COPIES, '{}'))
    return {**state, **{name: state[other] for name, other in copies.items() if other in state}}
