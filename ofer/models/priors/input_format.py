"""The form in which a frozen network wants its images: every prior keeps the one that it was trained with."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class InputFormat:
    """Size, channel order and normalisation of a network's input.

    Args:
        size: height and width in pixels.
        mean: subtracted from the pixels in [0, 1], in ``channel_order``.
        std: what the difference is divided by, in ``channel_order``.
        channel_order: ``rgb`` or ``bgr``.
        interpolation: ``bilinear`` (with antialiasing) or ``nearest``.

    Raises:
        ValueError: a value out of range.
    """

    size: int
    mean: tuple[float, ...] = (0.0, 0.0, 0.0)
    std: tuple[float, ...] = (1.0, 1.0, 1.0)
    channel_order: Literal['rgb', 'bgr'] = 'rgb'
    interpolation: Literal['bilinear', 'nearest'] = 'bilinear'

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError(f'input format: size={self.size} must be positive')
        if len(self.mean) != 3 or len(self.std) != 3 or min(self.std) <= 0:
            raise ValueError(f'input format: mean={self.mean}, std={self.std} must be three numbers each, std positive')
        if self.channel_order not in ('rgb', 'bgr'):
            raise ValueError(f'input format: channel_order={self.channel_order!r} must be rgb or bgr')
        if self.interpolation not in ('bilinear', 'nearest'):
            raise ValueError(f'input format: interpolation={self.interpolation!r} must be bilinear or nearest')

    def convert(self, pixels: Tensor) -> Tensor:
        """Images in this format.

        Args:
            pixels: ``(N, 3, H, W)``, RGB in [0, 1]; values outside are kept.

        Returns:
            ``(N, 3, size, size)``.

        Raises:
            ValueError: ``pixels`` has another shape.
        """
        if pixels.ndim != 4 or pixels.shape[1] != 3:
            raise ValueError(f'pixels of shape {tuple(pixels.shape)}: expected (N, 3, H, W), RGB in [0, 1]')
        size = (self.size, self.size)
        if pixels.shape[-2:] != size:
            antialias = self.interpolation == 'bilinear'
            pixels = F.interpolate(pixels, size=size, mode=self.interpolation, antialias=antialias)
        if self.channel_order == 'bgr':
            pixels = pixels.flip(1)
        mean, std = (torch.tensor(v, dtype=pixels.dtype, device=pixels.device).view(3, 1, 1) for v in (self.mean, self.std))
        return (pixels - mean) / std
