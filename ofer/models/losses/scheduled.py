"""A loss that changes with the epoch: a list of phases, each a sum of losses (ORSANet's warm-up, then Eq. 12)."""

import warnings
from collections.abc import Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn

from ofer.registry import MODELS


@MODELS.register_module()
class ScheduledLoss(nn.Module):
    """Sum of the terms of the current phase.

    The recipe of ORSANet, CE + 2 x label-smoothed CE for five epochs and then CE + 0.1 x DARE::

        dict(type='ScheduledLoss', phases=[
            dict(epochs=5, terms=[dict(type='CrossEntropyLoss'),
                                  dict(type='LabelSmoothLoss', label_smooth_val=0.2, mode='original', loss_weight=2.0)]),
            dict(terms=[dict(type='CrossEntropyLoss'), dict(type='DARELoss', loss_weight=0.1)])])

    Args:
        phases: dicts with ``terms`` (losses to build; weight each by its own ``loss_weight``) and ``epochs`` (duration of the phase;
            not for the last one, which lasts to the end).

    Raises:
        ValueError: no phase, a phase without terms, or ``epochs`` missing or given in the wrong place.
    """

    def __init__(self, phases: Sequence[dict]) -> None:
        super().__init__()
        if not phases or not all(phase.get('terms') for phase in phases):
            raise ValueError(f'phases must be a list of dicts with terms, got {phases!r}')
        if 'epochs' in phases[-1] or not all(phase.get('epochs', 0) > 0 for phase in phases[:-1]):
            raise ValueError('every phase but the last needs epochs > 0; the last has no epochs, since it lasts to the end')
        self.phases = nn.ModuleList(nn.ModuleList(MODELS.build(term) for term in phase['terms']) for phase in phases)
        self.epochs = tuple(phase['epochs'] for phase in phases[:-1])
        self.current: int | None = None

    def set_epoch(self, epoch: int) -> None:
        """Set the phase for the epoch (counted from 0); ``SetEpochHook`` calls this before every training epoch."""
        self.current = sum(epoch >= sum(self.epochs[: i + 1]) for i in range(len(self.epochs)))

    def forward(self, cls_score: Tensor, label: Tensor, **kwargs: Any) -> Tensor:
        """Scalar loss of logits ``(N, K)`` and labels ``(N,)`` or ``(N, K)``."""
        if self.current is None:
            self.current = 0
            if self.epochs:
                warnings.warn(
                    'the epoch of ScheduledLoss is unset, so it stays in its first phase: add dict(type="SetEpochHook") to custom_hooks',
                    stacklevel=2,
                )
        terms = cast(nn.ModuleList, self.phases[self.current])
        return torch.stack([term(cls_score, label, **kwargs) for term in terms]).sum()
