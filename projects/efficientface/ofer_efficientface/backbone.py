"""Backbone of EfficientFace (Zhao, Liu, Zhou, AAAI 2021): ShuffleNetV2 with features of the four quadrants and a modulator.

::

    image ── stem ──┬── stage 2 ── modulator ──┐
                    └── local, by quadrant ────+── stage 3 ── stage 4 ── 1 x 1 convolution

Units are those of torchvision. Parameters have the names of the published file.
"""

from collections import OrderedDict
from collections.abc import Sequence

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn
from torchvision.models.shufflenetv2 import InvertedResidual

from ofer.registry import MODELS

REDUCED = 7
"""Channels inside of the modulator; not the number of classes, which it happens to equal."""
DILATION = 4


class LocalFeatures(nn.Module):
    """Depthwise convolutions with weights of their own for each quadrant of a map: ``(N, C, h, w)`` to ``(N, D, h/2, w/2)``.

    Args:
        in_channels: ``C``.
        out_channels: ``D``, a multiple of ``C``.
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        for quadrant in (1, 2, 3, 4):
            first = nn.Conv2d(in_channels, out_channels, 3, stride=2, padding=1, groups=in_channels, bias=False)
            second = nn.Conv2d(out_channels, out_channels, 3, padding=1, groups=out_channels, bias=False)
            for layer, convolution in ((1, first), (2, second)):
                self.add_module(f'conv{quadrant}_{layer}', convolution)
                self.add_module(f'bn{quadrant}_{layer}', nn.BatchNorm2d(out_channels))

    def forward(self, x: Tensor) -> Tensor:
        """Quadrants are convolved apart, and put back in place. They count down the left half, then down the right one."""
        left, right = (half.chunk(2, 2) for half in x.chunk(2, 3))
        done = [self._quadrant(part, number) for number, part in enumerate((*left, *right), 1)]
        return torch.cat([torch.cat(done[:2], 2), torch.cat(done[2:], 2)], 3)

    def _quadrant(self, x: Tensor, quadrant: int) -> Tensor:
        for layer in (1, 2):
            convolution, norm = getattr(self, f'conv{quadrant}_{layer}'), getattr(self, f'bn{quadrant}_{layer}')
            x = norm(convolution(x)).relu()
        return x


class Modulator(nn.Module):
    """Weighs a map ``(N, C, h, w)`` by channel and place: times ``sigmoid(channel (N, C, 1, 1) * place (N, 1, h, w))``."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        channel = OrderedDict(
            flatten=nn.Flatten(),
            gate_c_fc_0=nn.Linear(channels, REDUCED),
            gate_c_bn_1=nn.BatchNorm1d(REDUCED),
            gate_c_relu_1=nn.ReLU(),
            gate_c_fc_final=nn.Linear(REDUCED, channels),
        )
        place = OrderedDict(
            gate_s_conv_reduce0=nn.Conv2d(channels, REDUCED, 1),
            gate_s_bn_reduce0=nn.BatchNorm2d(REDUCED),
            gate_s_relu_reduce0=nn.ReLU(),
        )
        for i in range(2):
            place[f'gate_s_conv_di_{i}'] = nn.Conv2d(REDUCED, REDUCED, 3, padding=DILATION, dilation=DILATION)
            place[f'gate_s_bn_di_{i}'] = nn.BatchNorm2d(REDUCED)
            place[f'gate_s_relu_di_{i}'] = nn.ReLU()
        place['gate_s_conv_final'] = nn.Conv2d(REDUCED, 1, 1)
        self.channel_att = nn.ModuleDict({'gate_c': nn.Sequential(channel)})
        self.spatial_att = nn.ModuleDict({'gate_s': nn.Sequential(place)})

    def forward(self, x: Tensor) -> Tensor:
        channel = self.channel_att['gate_c'](x.mean((2, 3)))[:, :, None, None]
        return x * torch.sigmoid(channel * self.spatial_att['gate_s'](x))


def _stage(in_channels: int, out_channels: int, units: int) -> nn.Sequential:
    first = InvertedResidual(in_channels, out_channels, 2)
    return nn.Sequential(first, *(InvertedResidual(out_channels, out_channels, 1) for _ in range(units - 1)))


@MODELS.register_module()
class EfficientFace(BaseModule):
    """Backbone of EfficientFace.

    Args:
        channels: widths of the stem, the three stages, and the output.
        units: number of units in each of the three stages.
        init_cfg: mmengine's initialisation; None: that of torch.

    Raises:
        ValueError: five widths and three numbers are expected.
    """

    def __init__(
        self, channels: Sequence[int] = (29, 116, 232, 464, 1024), units: Sequence[int] = (4, 8, 4),
        init_cfg: dict | list | None = None,
    ) -> None:  # fmt: skip
        super().__init__(init_cfg)
        if len(channels) != 5 or len(units) != 3:
            raise ValueError(f'channels={channels}, units={units}: expected five widths and three numbers of units')
        stem, second, third, fourth, self.out_channels = channels
        self.conv1 = nn.Sequential(nn.Conv2d(3, stem, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(stem), nn.ReLU())
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.stage2 = _stage(stem, second, units[0])
        self.local = LocalFeatures(stem, second)
        self.modulator = Modulator(second)
        self.stage3 = _stage(second, third, units[1])
        self.stage4 = _stage(third, fourth, units[2])
        self.conv5 = nn.Sequential(nn.Conv2d(fourth, self.out_channels, 1, bias=False), nn.BatchNorm2d(self.out_channels), nn.ReLU())

    def forward(self, x: Tensor) -> tuple[Tensor]:
        """The last feature map.

        Args:
            x: ``(N, 3, H, W)``, height and width multiples of 16.

        Returns:
            ``((N, 1024, H/32, W/32),)``.

        Raises:
            ValueError: height or width is no multiple of 16, so the map has no equal quadrants.
        """
        if x.shape[2] % 16 or x.shape[3] % 16:
            raise ValueError(f'images of {x.shape[2]} x {x.shape[3]} pixels: EfficientFace needs multiples of 16')
        x = self.maxpool(self.conv1(x))
        x = self.modulator(self.stage2(x)) + self.local(x)
        return (self.conv5(self.stage4(self.stage3(x))),)
