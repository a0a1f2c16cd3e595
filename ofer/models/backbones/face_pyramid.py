"""A small convolutional feature pyramid for face detection: grey images to features at strides 8, 16 and 32.

Plain 3x3 convolutions at few channels and bottlenecks at many: on a CPU this is faster than depthwise convolutions with the same number of
parameters, in training even more than in inference.
"""

from collections.abc import Sequence

from mmengine.model import BaseModule
from torch import Tensor, nn
from torch.nn import functional as F

from ofer.registry import MODELS

STRIDES = (8, 16, 32)


def _conv(in_channels: int, out_channels: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(out_channels), nn.ReLU(inplace=True)
    )


class _Residual(nn.Module):
    """3x3 convolution at reduced width between two 1x1 convolutions, with a residual connection."""

    def __init__(self, channels: int, reduction: int) -> None:
        super().__init__()
        inner = channels // reduction
        self.layers = nn.Sequential(
            _conv(channels, inner, 1), _conv(inner, inner), nn.Conv2d(inner, channels, 1, bias=False), nn.BatchNorm2d(channels)
        )

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.layers(x))


@MODELS.register_module()
class FacePyramid(BaseModule):
    """Five stages of stride two; the outputs of the last three are merged from coarse to fine (Lin et al. 2017).

    Args:
        channels: channels of the stages, at strides 2, 4, 8, 16 and 32.
        depth: number of residual blocks at strides 8, 16 and 32.
        out_channels: channels of each returned feature map.
        init_cfg: mmengine's initialisation.

    Raises:
        ValueError: another number of stages.
    """

    def __init__(
        self,
        channels: Sequence[int] = (16, 32, 64, 96, 96),
        depth: Sequence[int] = (1, 2, 2),
        out_channels: int = 64,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg)
        if len(channels) != 5 or len(depth) != 3:
            raise ValueError(f'channels={tuple(channels)}, depth={tuple(depth)}: expected five and three numbers')
        self.out_channels = out_channels
        self.stem = nn.Sequential(_conv(1, channels[0], 5, 2), _conv(channels[0], channels[1], 3, 2))
        self.stages = nn.ModuleList(
            nn.Sequential(_conv(before, after, 3, 2), *(_Residual(after, 2) for _ in range(count)))
            for before, after, count in zip(channels[1:], channels[2:], depth, strict=False)
        )
        self.laterals = nn.ModuleList(nn.Conv2d(width, out_channels, 1) for width in channels[2:])

    def forward(self, x: Tensor) -> list[Tensor]:
        """Features of ``(N, 1, H, W)`` images: ``(N, out_channels, H / s, W / s)``, rounded up, for s = 8, 16 and 32."""
        x = self.stem(x)
        maps = []
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        merged = [lateral(x) for lateral, x in zip(self.laterals, maps, strict=True)]
        for fine in (1, 0):
            merged[fine] = merged[fine] + F.interpolate(merged[fine + 1], size=merged[fine].shape[-2:], mode='nearest')
        return merged
