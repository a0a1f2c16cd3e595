"""The U-Net of hybrid reconstruction (Latent-OFER Sec. 3.2.1), with an assembly layer in its encoder.

The published structure: at 256 pixels a first convolution and eight steps down to 1 x 1, ``base_channels`` 64, assembly at 32 x 32.
Not kept: the mirrored input that the published one carries beside the image through the first levels.
"""

from typing import NamedTuple

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn

from ofer.masks import resize_mask
from ofer.registry import MODELS

HOLE_SHARE = 5 / 16


def shrink_hole(hole: Tensor, size: tuple[int, int], share: float = HOLE_SHARE) -> Tensor:
    """Which places of a feature map are masked.

    Args:
        hole: ``(N, H, W)`` bool, True = to be repainted.
        size: of the map, ``(h, w)``.
        share: a place is masked where the hole covers more than this share of its pixels, in [0, 1).

    Returns:
        ``(N, h, w)`` bool, True = masked.
    """
    return resize_mask(hole, *size, share)


class Painting(NamedTuple):
    """What the U-Net gives."""

    image: Tensor
    """``(N, 3, H, W)``, normalised as the input is, of the whole face."""
    before: Tensor
    """``(N, C, h, w)``: the encoder's features, assembled."""
    after: Tensor
    """``(N, C, h, w)``: the decoder's features at the same place."""
    mask: Tensor
    """``(N, h, w)`` bool, True = masked, of these features."""


class _Down(nn.Sequential):
    """Half the size, then other channels."""

    def __init__(self, channels: int, out_channels: int, norm: bool) -> None:
        layers: list[nn.Module] = [nn.LeakyReLU(0.2), nn.Conv2d(channels, channels, 4, stride=2, padding=3, dilation=2)]
        layers += [nn.InstanceNorm2d(channels, affine=True)] if norm else []
        layers += [nn.LeakyReLU(0.2), nn.Conv2d(channels, out_channels, 3, padding=1)]
        layers += [nn.InstanceNorm2d(out_channels, affine=True)] if norm else []
        super().__init__(*layers)


class _Up(nn.Sequential):
    """Other channels, then twice the size."""

    def __init__(self, channels: int, out_channels: int, norm: bool) -> None:
        layers: list[nn.Module] = [nn.ReLU(), nn.ConvTranspose2d(channels, out_channels, 3, padding=1)]
        layers += [nn.InstanceNorm2d(out_channels, affine=True)] if norm else []
        layers += [nn.ReLU(), nn.ConvTranspose2d(out_channels, out_channels, 4, stride=2, padding=1)]
        layers += [nn.InstanceNorm2d(out_channels, affine=True)]
        super().__init__(*layers)


@MODELS.register_module()
class HybridUNet(BaseModule):
    """U-Net that assembles the masked features of one encoder level from others.

    Args:
        assembly: :class:`~ofer.models.SelfAssembly` or a rival; built with the ``channels`` at its place.
        base_channels: of the first level; each level doubles them.
        max_channels: no level has more.
        num_levels: steps down, each by a half. Image sizes are multiples of ``2 ** num_levels``.
        assembly_level: after how many steps down the assembly lies: 3 is 32 x 32 at 256 pixels.
        hole_share: a feature is masked where the hole covers more than this share of its place.
        init_cfg: as in mmengine; the default draws the convolutions as published.

    Raises:
        ValueError: the assembly lies outside the levels that have a decoder.
    """

    def __init__(
        self, assembly: dict, base_channels: int = 64, max_channels: int = 512, num_levels: int = 8, assembly_level: int = 3,
        hole_share: float = HOLE_SHARE, init_cfg: dict | list[dict] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(init_cfg or dict(type='Normal', layer=['Conv2d', 'ConvTranspose2d'], std=0.02))
        if not 0 < assembly_level < num_levels:
            raise ValueError(f'assembly_level={assembly_level}: expected one of 1 to {num_levels - 1}, with num_levels={num_levels}')
        channels = [min(base_channels * 2**level, max_channels) for level in range(num_levels + 1)]
        self.num_levels, self.assembly_level, self.hole_share = num_levels, assembly_level, hole_share
        self.stem = nn.Conv2d(6, channels[0], 3, padding=1)
        # The innermost map may be a single place, which no norm over places can take.
        inner = num_levels - 1
        self.downs = nn.ModuleList(_Down(channels[i], channels[i + 1], norm=i < inner) for i in range(num_levels))
        self.ups = nn.ModuleList(_Up(channels[i + 1] * (1 if i == inner else 2), channels[i], norm=i < inner) for i in range(num_levels))
        self.assembly = MODELS.build(dict(assembly, channels=channels[assembly_level]))
        self.last = nn.Sequential(nn.ReLU(), nn.ConvTranspose2d(2 * channels[0], 3, 3, padding=1))

    def forward(self, images: Tensor, hole: Tensor) -> Painting:
        """Paint the face.

        Args:
            images: ``(N, 6, H, W)``: the image with a coarse result in the hole, and the image with the mean colour in the hole.
            hole: ``(N, H, W)`` bool, True = to be repainted.

        Raises:
            ValueError: the size cannot be halved ``num_levels`` times.
        """
        multiple = 2**self.num_levels
        if images.shape[2] % multiple or images.shape[3] % multiple:
            raise ValueError(
                f'HybridUNet with {self.num_levels} levels takes multiples of {multiple} pixels, not {tuple(images.shape[2:])}'
            )
        features = self.stem(images)
        skips = [features]
        for level, down in enumerate(self.downs, start=1):
            features = down(features)
            if level == self.assembly_level:
                mask = shrink_hole(hole, features.shape[2:], self.hole_share)
                features = self.assembly(features, mask)
            skips.append(features)
        for level in reversed(range(self.num_levels)):
            features = self.ups[level](features)
            if level == self.assembly_level:
                after = features
            features = torch.cat([features, skips[level]], dim=1)
        return Painting(self.last(features), skips[self.assembly_level], after, mask)
