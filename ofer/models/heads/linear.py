"""A linear classifier behind dropout."""

from typing import Any

from mmpretrain.models.heads import LinearClsHead
from torch import Tensor, nn

from ofer.registry import MODELS


@MODELS.register_module()
class DropoutLinearHead(LinearClsHead):
    """mmpretrain's linear head with dropout on the feature.

    Args:
        num_classes: ``K``.
        in_channels: ``C`` of the feature.
        dropout: share of the channels that are dropped in training.
        kwargs: of :class:`mmpretrain.models.heads.LinearClsHead`, ``loss`` among them.
    """

    def __init__(self, num_classes: int, in_channels: int, dropout: float = 0.3, **kwargs: Any) -> None:
        super().__init__(num_classes, in_channels, **kwargs)
        self.dropout = nn.Dropout(dropout)

    def pre_logits(self, feats: tuple[Tensor, ...]) -> Tensor:
        """The feature ``(N, C)`` behind the dropout."""
        return self.dropout(feats[-1])

    def forward(self, feats: tuple[Tensor, ...]) -> Tensor:
        """``(N, K)``, unnormalised, in float32 whatever autocast says: losses need the precision."""
        return super().forward(feats).float()
