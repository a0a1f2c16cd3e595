"""A loss that changes with the epoch: a list of stages, each a sum of losses (ORSANet's warm-up, then Eq. 12)."""

import warnings
from collections.abc import Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn

from ofer.registry import MODELS


@MODELS.register_module()
class StagedLoss(nn.Module):
    """Sum of the current stage's terms.

    ORSANet's recipe, CE + 2 x label-smoothed CE for five epochs and then CE + 0.1 x DARE::

        dict(type='StagedLoss', stages=[
            dict(epochs=5, terms=[dict(type='CrossEntropyLoss'),
                                  dict(type='LabelSmoothLoss', label_smooth_val=0.2, mode='original', loss_weight=2.0)]),
            dict(terms=[dict(type='CrossEntropyLoss'), dict(type='DARELoss', loss_weight=0.1)])])

    Args:
        stages: dicts with ``terms`` (losses to build; weight each by its own ``loss_weight``) and ``epochs`` (how long the stage lasts;
            not for the last one, which lasts to the end).

    Raises:
        ValueError: no stage, a stage without terms, or ``epochs`` missing or given in the wrong place.
    """

    def __init__(self, stages: Sequence[dict]) -> None:
        super().__init__()
        if not stages or not all(stage.get('terms') for stage in stages):
            raise ValueError(f'stages must be a list of dicts with terms, got {stages!r}')
        if 'epochs' in stages[-1] or not all(stage.get('epochs', 0) > 0 for stage in stages[:-1]):
            raise ValueError('every stage but the last needs epochs > 0, and the last has none: it lasts to the end')
        self.stages = nn.ModuleList(nn.ModuleList(MODELS.build(term) for term in stage['terms']) for stage in stages)
        self.epochs = tuple(stage['epochs'] for stage in stages[:-1])
        self.current: int | None = None

    def set_epoch(self, epoch: int) -> None:
        """Choose the stage of the epoch (counted from 0); ``SetEpochHook`` calls this before every training epoch."""
        self.current = sum(epoch >= sum(self.epochs[: i + 1]) for i in range(len(self.epochs)))

    def forward(self, cls_score: Tensor, label: Tensor, **kwargs: Any) -> Tensor:
        """Scalar loss of logits ``(N, K)`` and labels ``(N,)`` or ``(N, K)``."""
        if self.current is None:
            self.current = 0
            if self.epochs:
                warnings.warn(
                    'StagedLoss was not told which epoch it is and stays in its first stage: add dict(type="SetEpochHook") to custom_hooks',
                    stacklevel=2,
                )
        terms = cast(nn.ModuleList, self.stages[self.current])
        return torch.stack([term(cls_score, label, **kwargs) for term in terms]).sum()
