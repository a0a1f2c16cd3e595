"""The classification head of Latent-OFER's published network: three linear layers, two BatchNorms, nothing that is not linear."""

from typing import Any

from mmpretrain.models.heads import ClsHead
from torch import Tensor, nn

from ofer.registry import MODELS


@MODELS.register_module()
class PublishedLatentHead(ClsHead):
    """Linear(256)-Linear(128)-BatchNorm-Linear(K)-BatchNorm; loss, prediction and top-k are mmpretrain's.

    Kept for published weights: what is trained anew is as well off with mmpretrain's ``LinearClsHead``.

    Args:
        num_classes: ``K``.
        in_channels: of the feature: the image's 512 and the latents' 256.
        kwargs: of :class:`mmpretrain.models.heads.ClsHead`, ``loss`` among them.
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
        """``(N, K)``, unnormalised, in float32 whatever autocast says: losses need the precision."""
        return self.layers(self.pre_logits(feats)).float()
