"""The U-Net of hybrid reconstruction (Latent-OFER Sec. 3.2.1), with an assembly layer in its encoder.

The published structure: at 256 pixels a first convolution and eight steps down to 1 x 1, ``base_channels`` 64, assembly at 32 x 32. A level
is two convolutions in each direction, the innermost level one. Assembly and consistency precede the norm of their level, as published: the
features that are compared with those of VGG16 keep their mean and deviation. Differences from the published network:

* The published network processes a mirrored copy of its input in the levels before the assembly: their convolutions have twice the input
  and output channels, and each mixes the two halves. Here the assembly mirrors its own features. 74.7 of 77.7 M weights have the published
  shapes one for one, the whole decoder and every level below the assembly; the published network has 86.4 M. Its files do not fit, and no
  converter reads them.
* The published network masks a place by three convolutions of 4 x 4 equal weights, which blur the hole over neighbouring places. Here the
  share of the hole in the place itself is compared with the same threshold, 5 / 16.
* The published network takes one image per batch.
"""

from collections.abc import Container
from itertools import pairwise
from typing import Any, NamedTuple, cast

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn

from ofer.masks import resize_mask
from ofer.registry import MODELS

HOLE_SHARE = 5 / 16


def shrink_hole(hole: Tensor, size: tuple[int, int], share: float = HOLE_SHARE) -> Tensor:
    """Mask of a feature map from the hole.

    Args:
        hole: ``(N, H, W)`` bool, True = to be repainted.
        size: size of the map, ``(h, w)``.
        share: a place is masked if the hole covers more than this share of its pixels, in [0, 1).

    Returns:
        ``(N, h, w)`` bool, True = masked.
    """
    return resize_mask(hole, *size, share)


class Painting(NamedTuple):
    """Output of the U-Net."""

    image: Tensor
    """``(N, 3, H, W)``, the whole face, normalised as the input."""
    before: Tensor
    """``(N, C, h, w)``: the encoder's features, assembled, before the norm of their level."""
    after: Tensor
    """``(N, C, h, w)``: the decoder's features at the same place."""
    mask: Tensor
    """``(N, h, w)`` bool, True = masked, of these features."""


def _down(channels: int, out_channels: int) -> nn.Sequential:
    """Halve the size, change the channels, then normalise."""
    return nn.Sequential(
        *(nn.LeakyReLU(0.2), nn.Conv2d(channels, channels, 4, stride=2, padding=3, dilation=2), nn.InstanceNorm2d(channels, affine=True)),
        *(nn.LeakyReLU(0.2), nn.Conv2d(channels, out_channels, 3, padding=1), nn.InstanceNorm2d(out_channels, affine=True)),
    )


def _up(channels: int, out_channels: int) -> nn.Sequential:
    """Change the channels, then double the size."""
    return nn.Sequential(
        *(nn.ReLU(), nn.ConvTranspose2d(channels, out_channels, 3, padding=1), nn.InstanceNorm2d(out_channels, affine=True)),
        *(nn.ReLU(), _twice(out_channels), nn.InstanceNorm2d(out_channels, affine=True)),
    )


def _innermost(channels: int) -> tuple[nn.Sequential, nn.Sequential]:
    """Down and up: one convolution in each direction, without norm, since the map may have a single place."""
    halve = nn.Conv2d(channels, channels, 4, stride=2, padding=3, dilation=2)
    up = nn.Sequential(nn.ReLU(), _twice(channels), nn.InstanceNorm2d(channels, affine=True))
    return nn.Sequential(nn.LeakyReLU(0.2), halve), up


def _twice(channels: int) -> nn.ConvTranspose2d:
    return nn.ConvTranspose2d(channels, channels, 4, stride=2, padding=1)


@MODELS.register_module()
class HybridUNet(BaseModule):
    """U-Net that assembles the masked features of one encoder level from other features.

    Args:
        assembly: :class:`~ofer.models.SelfAssembly` or an alternative; built with the ``channels`` of its level.
        base_channels: channels of the first level; each level doubles them.
        max_channels: upper limit of the channels.
        num_levels: number of halvings, including the innermost one. Image sizes are multiples of ``2 ** num_levels``.
        assembly_level: number of halvings before the assembly: 3 is 32 x 32 at 256 pixels.
        hole_share: a feature is masked if the hole covers more than this share of its place.
        init_cfg: as in mmengine; default: convolutions initialised as published.

    Raises:
        ValueError: the level of the assembly has no decoder.
    """

    def __init__(
        self, assembly: dict, base_channels: int = 64, max_channels: int = 512, num_levels: int = 8, assembly_level: int = 3,
        hole_share: float = HOLE_SHARE, init_cfg: dict | list[dict] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(init_cfg or dict(type='Normal', layer=['Conv2d', 'ConvTranspose2d'], std=0.02))
        if not 0 < assembly_level < num_levels:
            raise ValueError(f'assembly_level={assembly_level}: expected one of 1 to {num_levels - 1}, with num_levels={num_levels}')
        channels = [min(base_channels * 2**level, max_channels) for level in range(num_levels)]
        self.num_levels, self.assembly_level, self.hole_share = num_levels, assembly_level, hole_share
        self.stem = nn.Conv2d(6, channels[0], 3, padding=1)
        down, up = _innermost(channels[-1])
        self.downs = nn.ModuleList([*(_down(narrow, wide) for narrow, wide in pairwise(channels)), down])
        self.ups = nn.ModuleList([*(_up(2 * wide, narrow) for narrow, wide in pairwise(channels)), up])
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
            if level == self.assembly_level:
                *convolutions, norm = cast(nn.Sequential, down)
                for layer in convolutions:
                    features = layer(features)
                mask = shrink_hole(hole, features.shape[2:], self.hole_share)
                before = self.assembly(features, mask)
                features = norm(before)
            else:
                features = down(features)
            skips.append(features)
        for level in reversed(range(self.num_levels)):
            features = self.ups[level](features)
            if level == self.assembly_level:
                after = features
            features = torch.cat([features, skips[level]], dim=1)
        return Painting(self.last(features), before, after, mask)

    def check_names(self, names: Container[str], prefix: str = '') -> None:
        """Check that weights are of this structure.

        Args:
            names: names of the weights.
            prefix: prefix of the names of this network.

        Raises:
            ValueError: they are of the structure of version 0.1.
        """
        if f'{prefix}downs.{self.num_levels - 1}.3.weight' in names:
            raise ValueError(
                'these weights are of the HybridUNet of ofer 0.1, which had two more convolutions in its innermost level and the norm '
                'before the assembly: their output would differ. Train the inpainter again, or use them with ofer 0.1.'
            )

    def _load_from_state_dict(self, state_dict: dict[str, Tensor], prefix: str, *args: Any) -> None:
        self.check_names(state_dict, prefix)
        super()._load_from_state_dict(state_dict, prefix, *args)
