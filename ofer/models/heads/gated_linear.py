"""The head of ORSANet: a gate on the fused feature, then one linear layer."""

from typing import Any

from mmpretrain.models.heads import ClsHead
from torch import Tensor, nn

from ofer.registry import MODELS


class Gate(nn.Module):
    """``x * sigmoid(W2 relu(W1 x))`` on ``(N, C)``."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(channels, channels), nn.ReLU(), nn.Linear(channels, channels), nn.Sigmoid())

    def forward(self, x: Tensor) -> Tensor:
        return x * self.layers(x)


@MODELS.register_module()
class GatedLinearHead(ClsHead):
    """Classification head with a gate; loss, prediction and top-k are those of mmpretrain.

    Args:
        num_classes: ``K``.
        in_channels: ``C`` of the feature.
        kwargs: arguments of :class:`mmpretrain.models.heads.ClsHead`, e.g. ``loss``.
    """

    def __init__(self, num_classes: int, in_channels: int = 512, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.num_classes, self.in_channels = num_classes, in_channels
        self.gate = Gate(in_channels)
        self.fc = nn.Linear(in_channels, num_classes)

    def pre_logits(self, feats: tuple[Tensor, ...]) -> Tensor:
        """The gated embedding ``(N, C)`` of the last of ``feats``."""
        return self.gate(feats[-1])

    def forward(self, feats: tuple[Tensor, ...]) -> Tensor:
        """``(N, K)``, unnormalised, in float32 also under autocast, because losses need the precision."""
        return self.fc(self.pre_logits(feats)).float()
