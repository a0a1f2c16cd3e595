"""The attention heads of DAN (Wen et al. 2021): spatial attention, then channel attention, in several heads at once.

The attentions are those of the library's :class:`~ofer.models.CrossAttentionHeads`, in the other order.
"""

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn

from ofer.models.necks.cross_attention_heads import ChannelAttention, SpatialAttention
from ofer.registry import MODELS


class SpatialChannelHead(nn.Module):
    """One head: ``(N, C, h, w)`` to its vector ``(N, C)``."""

    def __init__(self, channels: int, reduction: int) -> None:
        super().__init__()
        self.sa = SpatialAttention(channels)
        self.ca = ChannelAttention(channels, reduction)

    def attend(self, x: Tensor) -> Tensor:
        """The map times a weight of each place, ``(N, C, h, w)``."""
        return x * self.sa(x)[:, None]

    def forward(self, x: Tensor) -> Tensor:
        return self.ca(self.attend(x)).mean((2, 3))


@MODELS.register_module()
class DANAttention(BaseModule):
    """Attention heads, compared by a log-softmax over the heads.

    Args:
        channels: ``C`` of the feature map.
        num_heads: ``H``.
        reduction: reduction factor of ``C`` in channel attention.
        init_cfg: mmengine's initialisation; None: as published.
    """

    def __init__(self, channels: int = 512, num_heads: int = 4, reduction: int = 16, init_cfg: dict | list | None = None) -> None:
        super().__init__(init_cfg or [dict(type='Kaiming', layer='Conv2d'), dict(type='Normal', layer='Linear', std=0.001)])
        self.heads = nn.ModuleList(SpatialChannelHead(channels, reduction) for _ in range(num_heads))

    def forward(self, feats: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
        """The pooled feature and the heads.

        Args:
            feats: feature maps, of which the last is used, ``(N, C, h, w)``.

        Returns:
            The mean over the places, ``(N, C)``, and the log-softmax over the heads, ``(N, H, C)``; a single head is returned unchanged.
        """
        x = feats[-1]
        vectors = torch.stack([head(x) for head in self.heads], 1)
        return x.mean((2, 3)), vectors.log_softmax(1) if len(self.heads) > 1 else vectors
