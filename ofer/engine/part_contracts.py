"""Checks that parts of users keep to what the parts around them expect: backbones, losses and hooks."""

import inspect
from collections.abc import Collection
from functools import partial
from typing import Any

import torch
from mmengine.hooks import Hook
from mmengine.utils import is_list_of
from mmpretrain.models import ClsHead, ImageClassifier
from torch import Tensor, nn

from ofer.models.recognizers import LatentFER, ORSANet


def check_outputs(model: nn.Module) -> None:
    """Let the backbones and losses of a model raise if they return something that the next part cannot read.

    Args:
        model: of which the recognisers' backbones and the losses of the heads get a forward hook.
    """
    for name, part in model.named_modules():
        key = f'model.{name}'.rstrip('.')
        if isinstance(part, (ORSANet, LatentFER)) or (isinstance(part, ImageClassifier) and not _has_own_neck(part)):
            part.backbone.register_forward_hook(partial(_check_maps, f'{key}.backbone'))
        if isinstance(part, ClsHead) and isinstance(part.loss_module, nn.Module):
            part.loss_module.register_forward_hook(partial(_check_loss, f'{key}.loss'))


def _has_own_neck(model: ImageClassifier) -> bool:
    """Whether a neck of the user follows the backbone: it may read what no other part does."""
    return model.with_neck and not type(model.neck).__module__.startswith(('mmpretrain.', 'ofer.'))


def check_hook(hook: Hook, phases: Collection[str]) -> None:
    """Raise if a method of a hook lacks arguments that mmengine passes by name.

    Args:
        hook: of a run.
        phases: of the run: ``train``, ``val``, ``test``; methods of other phases are not called.

    Raises:
        ValueError: the message names class, method and arguments.
    """
    for name, method in vars(Hook).items():
        words = name.split('_')
        if words[0] not in ('before', 'after') or any(phase in words and phase not in phases for phase in ('train', 'val', 'test')):
            continue
        _, runner, *others = inspect.signature(method).parameters
        try:
            inspect.signature(getattr(hook, name)).bind(runner, **dict.fromkeys(others))
        except TypeError as error:
            arguments = ', '.join(['self', runner, *(f'{other}=None' for other in others)])
            raise ValueError(f'the hook {type(hook).__name__}: {error}. Define it as {name}({arguments}).') from error


def _check_maps(key: str, backbone: nn.Module, inputs: tuple[Any, ...], output: Any) -> None:
    if not isinstance(output, (tuple, list)):
        raise ValueError(
            f'{key} ({type(backbone).__name__}) returns {type(output).__name__}, expected a tuple of feature maps (N, C, h, w): '
            'for a single map, return (map,)'
        )


def _check_loss(key: str, loss: nn.Module, inputs: tuple[Any, ...], output: Any) -> None:
    name = f'{key} ({type(loss).__name__})'
    if is_list_of(output, Tensor):
        return
    if not isinstance(output, Tensor):
        raise ValueError(f'{name} returns {type(output).__name__}, expected a scalar tensor. Return the loss from forward.')
    if torch.is_grad_enabled() and inputs and inputs[0].requires_grad and not output.requires_grad:
        raise ValueError(
            f'{name} returns a loss without gradient. Compute it from cls_score with operations of torch, without detach(), item(), '
            'numpy() or no_grad().'
        )
