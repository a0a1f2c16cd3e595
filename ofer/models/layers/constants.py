"""Small constant tensors on the device of others, copied there once: a copy in each step would make the GPU wait."""

import torch
from torch import Tensor

_KEPT: dict[tuple, Tensor] = {}


def constant(values: tuple[float, ...], like: Tensor) -> Tensor:
    """``(len(values),)`` of the type and on the device of another tensor. It is shared: do not change it."""
    key = (values, like.dtype, like.device)
    if key not in _KEPT:
        with torch.inference_mode(False):  # else a training could not use it
            _KEPT[key] = torch.tensor(values, dtype=like.dtype, device=like.device)
    return _KEPT[key]
