"""The cells of a face detector, and the decoding of its outputs."""

from collections.abc import Sequence

import torch
from torch import Tensor

NUMBERS = 15
"""Outputs of each cell: a logit, shift of the box centre, size of the box, and the shifts of five points."""
UNIT = 4.0
"""Size of the face that outputs of 0 represent, in strides."""


def face_cells(shapes: Sequence[tuple[int, int]], strides: Sequence[int], device: torch.device | str = 'cpu') -> Tensor:
    """Centres and strides of the cells of several feature maps.

    Args:
        shapes: height and width of the maps, in cells.
        strides: pixels of the image per cell.
        device: of the result.

    Returns:
        ``(M, 3)``: x, y and stride in pixels, map by map, row by row.
    """
    parts = []
    for (height, width), stride in zip(shapes, strides, strict=True):
        y, x = torch.meshgrid(torch.arange(height, device=device), torch.arange(width, device=device), indexing='ij')
        centres = torch.stack([x, y], -1).reshape(-1, 2) * stride + (stride - 1) / 2
        parts.append(torch.cat([centres, torch.full_like(centres[:, :1], stride)], 1))
    return torch.cat(parts)


def decode_faces(numbers: Tensor, cells: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Decode the faces of all cells.

    Args:
        numbers: ``(N, M, 15)``.
        cells: ``(M, 3)`` of :func:`face_cells`.

    Returns:
        Logits ``(N, M)``; boxes ``(N, M, 4)``, left, top, right and bottom; points ``(N, M, 5, 2)``; in pixels.
    """
    centres, stride = cells[:, :2], cells[:, 2:]
    middle = centres + numbers[..., 1:3] * stride
    half = numbers[..., 3:5].clamp(max=4.0).exp() * stride * (UNIT / 2)
    points = centres[:, None] + numbers[..., 5:].unflatten(-1, (5, 2)) * (stride * UNIT)[:, None]
    return numbers[..., 0], torch.cat([middle - half, middle + half], -1), points
