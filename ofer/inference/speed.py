"""Faster networks in PyTorch: norms fused into convolutions, memory layout, bfloat16, compilation."""

import copy
import functools
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import torch
from mmcv.cnn import fuse_conv_bn
from mmengine.model import BaseModel
from torch import Tensor, nn
from torch.nn.utils.parametrize import is_parametrized

from ofer.processor import cpu_has_bfloat16

PRECISIONS = ('float32', 'mixed', 'bfloat16')
"""``'mixed'``: frozen priors in bfloat16, everything else in float32."""
CLOSE = 1e-4
"""Greatest difference of a probability that fusing may make."""


@torch.no_grad()
def fused(model: BaseModel, inputs: Tensor) -> BaseModel:
    """A copy of a network with its batch norms fused into the convolutions before them, in channels-last layout.

    Whether a norm takes the output of the convolution that is defined before it is not visible in a module, so the copy is compared with
    the network.

    Args:
        model: in evaluation mode; unchanged.
        inputs: ``(N, C, H, W)``, normalised, for the comparison.

    Returns:
        The copy; the model itself if the copy computes something else.
    """
    faster = fuse_conv_bn(copy.deepcopy(model)).to(memory_format=torch.channels_last)
    expected, found = (_probabilities(network, inputs) for network in (model, faster))
    if not float((expected - found).abs().max()) <= CLOSE:
        return model
    return faster


def in_bfloat16(model: nn.Module) -> nn.Module:
    """Store the weights of convolutions and linear layers in bfloat16, so that autocast need not convert them at every call.

    Args:
        model: changed in place; to be called inside of :func:`autocast`.
    """
    kinds = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.ConvTranspose1d, nn.ConvTranspose2d)
    for module in model.modules():
        if isinstance(module, kinds) and not is_parametrized(module) and not hasattr(module, 'weight_orig'):
            module.to(torch.bfloat16)
    return model


def prior_names(model: BaseModel) -> list[str]:
    """Names of the frozen priors that a model has."""
    return [name for name in getattr(model, 'precomputed_parts', ()) if getattr(model, name) is not None]


def priors_in_bfloat16(model: BaseModel) -> BaseModel:
    """Let the frozen priors of a model compute in bfloat16: most of the work of ORSANet, and the smaller part of the error.

    Args:
        model: changed in place.

    Raises:
        ValueError: it has no priors.
    """
    names = prior_names(model)
    if not names:
        raise ValueError(f"precision='mixed': {type(model).__name__} has no frozen priors here. Choose float32 or bfloat16.")
    for name in names:
        prior = in_bfloat16(getattr(model, name))
        for method in ('forward', 'latents', 'predict'):
            if hasattr(prior, method):
                setattr(prior, method, _inside_bfloat16(getattr(prior, method)))
    return model


def _inside_bfloat16(method: Callable) -> Callable:
    """A method of a prior, ``(pixels, ...)`` to numbers, that computes in bfloat16 and returns float32."""

    @functools.wraps(method)
    def call(pixels: Tensor, *args: Any, **options: Any) -> Tensor:
        with autocast(pixels.device, 'bfloat16'):
            numbers = method(pixels, *args, **options)
        return numbers.float() if numbers.is_floating_point() else numbers

    return call


def autocast(device: torch.device, precision: str) -> AbstractContextManager:
    """The context for a call in a precision."""
    return torch.autocast(device.type, torch.bfloat16, enabled=precision == 'bfloat16')


def supported_precision(precision: str, device: torch.device) -> str:
    """The requested precision, or with a warning ``'float32'`` on CPUs without bfloat16 instructions, on which it is faster.

    Raises:
        ValueError: an unknown precision.
    """
    if precision not in PRECISIONS:
        raise ValueError(f'precision={precision!r}: choose one of {", ".join(PRECISIONS)}')
    if precision != 'float32' and device.type == 'cpu' and not cpu_has_bfloat16():
        warnings.warn('this CPU reports no bfloat16 instructions: float32 is used, which is faster here', stacklevel=2)
        return 'float32'
    return precision


def _probabilities(model: BaseModel, inputs: Tensor) -> Tensor:
    return torch.stack([sample.pred_score for sample in model(inputs, mode='predict')]).float()
