"""The classification head of the published Latent-OFER network: three linear layers and two BatchNorms, without activations."""

from typing import Any

from mmpretrain.models.heads import ClsHead
from torch import Tensor, nn

from ofer.registry import MODELS


@MODELS.register_module()
class PublishedLatentHead(ClsHead):
    """Linear(256)-Linear(128)-BatchNorm-Linear(K)-BatchNorm; loss, prediction and top-k are those of mmpretrain.

    For published weights only: in a new training, ``LinearClsHead`` of mmpretrain serves equally well.

    Args:
        num_classes: ``K``.
        in_channels: channels of the feature: 512 of the image and 256 of the latents.
        kwargs: arguments of :class:`mmpretrain.models.heads.ClsHead`, e.g. ``loss``.
    """

    def __init__(self, num_classes: int, in_channels: int = 768, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.num_classes, self.in_channels = num_classes, in_channels
        self.layers = nn.Sequential(
            nn.Linear(in_channels, 256), nn.Linear(256, 128), nn.BatchNorm1d(128), nn.Linear(128, num_classes), nn.BatchNorm1d(num_classes)
        )

    def pre_logits(self, feats: tuple[Tensor, ...]) -> Tensor:
        """The last of ``feats``, ``(N, C)``."""
        return feats[-1]

    def forward(self, feats: tuple[Tensor, ...]) -> Tensor:
        """``(N, K)``, unnormalised, in float32 also under autocast, because losses need the precision."""
        return self.layers(self.pre_logits(feats)).float()
