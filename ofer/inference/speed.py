"""Faster networks in PyTorch: norms fused into convolutions, memory layout, bfloat16, compilation."""

import copy
import warnings
from contextlib import AbstractContextManager

import torch
from mmcv.cnn import fuse_conv_bn
from mmengine.model import BaseModel
from torch import Tensor, nn
from torch.nn.utils.parametrize import is_parametrized

PRECISIONS = ('float32', 'bfloat16')
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


def autocast(device: torch.device, precision: str) -> AbstractContextManager:
    """The context for a call in a precision."""
    return torch.autocast(device.type, torch.bfloat16, enabled=precision == 'bfloat16')


def check_precision(precision: str, device: torch.device) -> None:
    """Check that a precision can be used; warns on processors that only imitate it.

    Raises:
        ValueError: an unknown precision.
    """
    if precision not in PRECISIONS:
        raise ValueError(f'precision={precision!r}: choose one of {", ".join(PRECISIONS)}')
    if precision == 'bfloat16' and device.type == 'cpu' and not has_bfloat16():
        warnings.warn('this processor has no instructions for bfloat16: float32 is faster here', stacklevel=2)


def has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 numbers itself."""
    test = getattr(torch.cpu, '_is_avx512_bf16_supported', None)
    amx = getattr(torch.cpu, '_is_amx_tile_supported', None)
    return bool((test is not None and test()) or (amx is not None and amx()))


def _probabilities(model: BaseModel, inputs: Tensor) -> Tensor:
    return torch.stack([sample.pred_score for sample in model(inputs, mode='predict')]).float()
