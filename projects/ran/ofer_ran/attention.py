"""Self-attention and relation attention over the regions of a face (Wang et al. 2020).

The published code normalises both weights by a softmax over the regions.
"""

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn

from ofer.registry import MODELS


def weighted_mean(vectors: Tensor, weights: Tensor) -> Tensor:
    """Mean over regions: ``(N, R, C)`` and ``(N, R)``, above 0, to ``(N, C)``."""
    return (vectors * weights[..., None]).sum(1) / weights.sum(1, keepdim=True)


@MODELS.register_module()
class RegionAttention(BaseModule):
    """Two weights for each region, and the weighted mean of the regions.

    Args:
        channels: ``C`` of the feature of a region.
        init_cfg: mmengine's initialisation.
    """

    def __init__(self, channels: int = 512, init_cfg: dict | None = None) -> None:
        super().__init__(init_cfg)
        self.alpha, self.beta = nn.Linear(channels, 1), nn.Linear(2 * channels, 1)
        self.out_channels = 2 * channels

    def scores(self, vectors: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Self-attention, relation attention and joint features.

        Args:
            vectors: ``(N, R, C)``, one feature per region.

        Returns:
            Two scores in (0, 1) for each region, ``(N, R)`` each, before the softmax; and ``(N, R, 2 C)``: the feature of each region,
            followed by the mean of all, weighted by the first score.
        """
        alpha = self.alpha(vectors)[..., 0].sigmoid()
        mean = weighted_mean(vectors, alpha.softmax(1))
        joint = torch.cat([vectors, mean[:, None].expand_as(vectors)], 2)
        return alpha, self.beta(joint)[..., 0].sigmoid(), joint

    def forward(self, vectors: Tensor) -> tuple[Tensor, Tensor]:
        """Fuse the regions.

        Args:
            vectors: ``(N, R, C)``.

        Returns:
            Self-attention weights ``(N, R)``, which sum to 1, and the feature of the face ``(N, 2 C)``.
        """
        alpha, beta, joint = self.scores(vectors)
        weights = alpha.softmax(1)
        return weights, weighted_mean(joint, weights * beta.softmax(1))
