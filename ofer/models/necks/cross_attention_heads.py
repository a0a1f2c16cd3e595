"""Attention heads over a CNN's last feature map: channel attention, then spatial attention, in several heads at once.

The expression branch of Latent-OFER (Sec. 3.3), adapted from DAN (Wen et al., 2021), which has the two attentions in the other order. A
head weights the channels by their means, then the places by a map of its own, and averages over the places. The heads are fused by the sum
of their log-softmax, taken over the heads for each channel. Parameters have the names of the published files.

The magnitude of that sum is in the thousands and would dominate any concatenated feature: by default it is normalised over the batch.
"""

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn

from ofer.registry import MODELS


def fuse_heads(vectors: Tensor) -> Tensor:
    """Sum over the heads of their log-softmax.

    Args:
        vectors: ``(N, H, C)``, one vector per head.

    Returns:
        ``(N, C)``, at most ``-H log H``, with equality if all heads agree. A single head is returned unchanged.
    """
    return vectors.log_softmax(1).sum(1) if vectors.shape[1] > 1 else vectors.squeeze(1)


class ChannelAttention(nn.Module):
    """Weighs channels: ``(N, C, h, w)`` to the same shape, each channel times a weight in (0, 1), a function of all channel means."""

    def __init__(self, channels: int, reduction: int) -> None:
        super().__init__()
        hidden = channels // reduction
        self.attention = nn.Sequential(
            nn.Linear(channels, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Linear(hidden, channels), nn.Sigmoid()
        )

    def forward(self, x: Tensor) -> Tensor:
        return x * self.attention(x.mean((2, 3)))[:, :, None, None]


class SpatialAttention(nn.Module):
    """A weight for each place: ``(N, C, h, w)`` to ``(N, h, w)``, 0 or more, from convolutions of three forms."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        hidden = channels // 2
        self.conv1x1 = nn.Sequential(nn.Conv2d(channels, hidden, 1), nn.BatchNorm2d(hidden))
        self.conv_3x3 = nn.Sequential(nn.Conv2d(hidden, channels, 3, padding=1), nn.BatchNorm2d(channels))
        self.conv_1x3 = nn.Sequential(nn.Conv2d(hidden, channels, (1, 3), padding=(0, 1)), nn.BatchNorm2d(channels))
        self.conv_3x1 = nn.Sequential(nn.Conv2d(hidden, channels, (3, 1), padding=(1, 0)), nn.BatchNorm2d(channels))

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv1x1(x)
        return (self.conv_3x3(x) + self.conv_1x3(x) + self.conv_3x1(x)).relu().sum(1)


class AttentionHead(nn.Module):
    """One head: ``(N, C, h, w)`` to its vector ``(N, C)`` and its map of the places ``(N, h, w)``."""

    def __init__(self, channels: int, reduction: int) -> None:
        super().__init__()
        self.ca = ChannelAttention(channels, reduction)
        self.sa = SpatialAttention(channels)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = self.ca(x)
        weights = self.sa(x)
        return (x * weights[:, None]).mean((2, 3)), weights


@MODELS.register_module()
class CrossAttentionHeads(BaseModule):
    """Several attention heads and their sum.

    Args:
        channels: ``C`` of the feature map.
        num_heads: ``H``.
        reduction: reduction factor of ``C`` in channel attention.
        normalize: normalise the fused vector over the batch; the published network does not.
        init_cfg: mmengine's initialisation; None: as published.

    Raises:
        ValueError: ``reduction`` leaves no channel.
    """

    def __init__(
        self, channels: int = 512, num_heads: int = 4, reduction: int = 16, normalize: bool = True,
        init_cfg: dict | list | None = None,
    ) -> None:  # fmt: skip
        super().__init__(init_cfg or [dict(type='Kaiming', layer='Conv2d'), dict(type='Normal', layer='Linear', std=0.001)])
        if not 0 < reduction <= channels:
            raise ValueError(f'reduction={reduction} leaves nothing of {channels} channels')
        self.out_channels = channels
        self.heads = nn.ModuleList(AttentionHead(channels, reduction) for _ in range(num_heads))
        self.norm = nn.BatchNorm1d(channels) if normalize else nn.Identity()

    def attend(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Vector and spatial weights of each head.

        Args:
            x: ``(N, C, h, w)``.

        Returns:
            Vectors ``(N, H, C)``, and the weights of the places ``(N, H, h, w)``, 0 or more.
        """
        vectors, weights = zip(*(head(x) for head in self.heads), strict=True)
        return torch.stack(vectors, 1), torch.stack(weights, 1)

    def fuse(self, vectors: Tensor) -> Tensor:
        """Fuse the vectors of the heads ``(N, H, C)`` to ``(N, C)``."""
        return self.norm(fuse_heads(vectors))

    def forward(self, feats: tuple[Tensor, ...]) -> tuple[Tensor]:
        """The last of the feature maps, ``(N, C, h, w)``, to ``((N, C),)``."""
        return (self.fuse(self.attend(feats[-1])[0]),)
