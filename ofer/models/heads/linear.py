"""A linear classifier after dropout."""

from typing import Any

from mmpretrain.models.heads import LinearClsHead
from torch import Tensor, nn

from ofer.registry import MODELS


@MODELS.register_module()
class DropoutLinearHead(LinearClsHead):
    """The linear head of mmpretrain with dropout on the feature.

    Args:
        num_classes: ``K``.
        in_channels: ``C`` of the feature.
        dropout: probability of dropping a channel in training.
        kwargs: arguments of :class:`mmpretrain.models.heads.LinearClsHead`, e.g. ``loss``.
    """

    def __init__(self, num_classes: int, in_channels: int, dropout: float = 0.3, **kwargs: Any) -> None:
        super().__init__(num_classes, in_channels, **kwargs)
        self.dropout = nn.Dropout(dropout)

    def pre_logits(self, feats: tuple[Tensor, ...]) -> Tensor:
        """The feature ``(N, C)`` after dropout."""
        return self.dropout(feats[-1])

    def forward(self, feats: tuple[Tensor, ...]) -> Tensor:
        """``(N, K)``, unnormalised, in float32 also under autocast, because losses need the precision."""
        return super().forward(feats).float()
