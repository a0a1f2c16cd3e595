"""Spatial-semantic guidance module (SSGM): semantics modulate image features twice (ORSANet Sec. 3.3, Eq. 5).

One SPADE residual block. Eq. 5 writes ``Norm(x) * gamma + beta``; SPADE, the published code and this module use ``1 + gamma``.
"""

from mmengine.model import BaseModule
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

from ofer.registry import MODELS


def spade(x: Tensor, gamma: Tensor, beta: Tensor) -> Tensor:
    """Spatially adaptive normalisation: ``InstanceNorm(x) * (1 + gamma) + beta``, all ``(N, C, H, W)``."""
    channels = int(x.shape[1])  # the older exporter of torch does not always know it, and then needs the weights
    return F.instance_norm(x, weight=x.new_ones(channels), bias=x.new_zeros(channels)) * (1 + gamma) + beta


class SPADE(nn.Module):
    """Normalises features and modulates them by a semantic map, which is resized to them.

    Args:
        channels: of the features.
        semantic_channels: of the semantics.
        hidden: channels of the shared convolution.
    """

    def __init__(self, channels: int, semantic_channels: int, hidden: int = 128) -> None:
        super().__init__()
        self.mlp_shared = nn.Sequential(nn.Conv2d(semantic_channels, hidden, 3, padding=1), nn.ReLU())
        self.mlp_gamma = nn.Conv2d(hidden, channels, 3, padding=1)
        self.mlp_beta = nn.Conv2d(hidden, channels, 3, padding=1)

    def forward(self, x: Tensor, semantics: Tensor) -> Tensor:
        shared = self.mlp_shared(semantics)
        return spade(x, self.mlp_gamma(shared), self.mlp_beta(shared))


@MODELS.register_module()
class SSGM(BaseModule):
    """Image features guided by the semantic prior: two stages of SPADE, leaky ReLU and spectral-normed conv3x3 around an identity.

    Args:
        channels: of the image features.
        semantic_channels: of the semantic prior (SegFace Swin-B's last stage: 1024; class maps: 11).
        hidden: channels inside a SPADE layer.
    """

    def __init__(self, channels: int = 512, semantic_channels: int = 1024, hidden: int = 128, init_cfg: dict | None = None) -> None:
        super().__init__(init_cfg)
        self.reduce = nn.Conv2d(semantic_channels, channels, 1)
        self.norm_0 = SPADE(channels, channels, hidden)
        self.conv_0 = spectral_norm(nn.Conv2d(channels, channels, 3, padding=1))
        self.norm_1 = SPADE(channels, channels, hidden)
        self.conv_1 = spectral_norm(nn.Conv2d(channels, channels, 3, padding=1))

    def forward(self, x: Tensor, semantics: Tensor) -> Tensor:
        """Guide features by semantics.

        Args:
            x: ``(N, channels, h, w)``.
            semantics: ``(N, semantic_channels, H, W)`` of any size; pooled if finer than ``x``, repeated if coarser.

        Returns:
            ``(N, channels, h, w)``.
        """
        semantics = self.reduce(match_size(semantics, (x.shape[-2], x.shape[-1])))
        guided = self.conv_0(F.leaky_relu(self.norm_0(x, semantics), 0.2))
        return x + self.conv_1(F.leaky_relu(self.norm_1(guided, semantics), 0.2))


def match_size(x: Tensor, size: tuple[int, int]) -> Tensor:
    """Mean-pool ``x`` to ``size`` if it is finer, repeat the nearest cell if it is coarser; ``(N, C, H, W)`` to ``(N, C, *size)``."""
    if x.shape[-2:] == size:
        return x
    if x.shape[-2] >= size[0]:
        return F.adaptive_avg_pool2d(x, size)
    return F.interpolate(x, size=size, mode='nearest')
