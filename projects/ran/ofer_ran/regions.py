"""The regions of a face, as shares of its image; the last one is the whole face."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

Box = tuple[float, float, float, float]


def centre(share: float) -> Box:
    """The middle of the image with sides of ``share``."""
    low, high = (1 - share) / 2, (1 + share) / 2
    return low, low, high, high


WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
BOTTOM, TOP = (0.125, 0.25, 0.875, 1.0), (0.125, 0.0, 0.875, 0.75)
TOP_LEFT, TOP_RIGHT = (0.0, 0.0, 0.75, 0.75), (0.25, 0.0, 1.0, 0.75)

REGIONS: dict[str, tuple[Box, ...]] = {
    'six': (BOTTOM, TOP_LEFT, TOP_RIGHT, centre(0.9), centre(0.8), WHOLE),
    'eight': (BOTTOM, TOP_LEFT, TOP_RIGHT, centre(0.9), centre(0.8), centre(0.75), TOP, WHOLE),
}
"""x0, y0, x1, y1 as shares of width and height. Eight: as published for AffectNet. The six of FERPlus are published as files only."""


def crop_regions(images: Tensor, boxes: Sequence[Box], size: int) -> Tensor:
    """Cut out regions, and resize each to a square.

    Args:
        images: ``(N, 3, H, W)``.
        boxes: ``R`` boxes; rounded to whole pixels.
        size: side of the result in pixels.

    Returns:
        ``(N, R, 3, size, size)``.
    """
    height, width = map(int, images.shape[-2:])  # a tracer gives tensors
    crops = []
    for x0, y0, x1, y1 in boxes:
        crop = images[..., round(y0 * height) : round(y1 * height), round(x0 * width) : round(x1 * width)]
        if crop.shape[-2:] != (size, size):
            smaller = size < max(crop.shape[-2:])  # enlarging is the same without antialiasing, which cannot be exported
            crop = F.interpolate(crop, size=(size, size), mode='bilinear', antialias=smaller)
        crops.append(crop)
    return torch.stack(crops, 1)
