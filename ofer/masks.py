"""Masks of pixels and of patches: the one map between them, for data sets, models and metrics.

A pixel belongs to the patch that its centre is in: row ``y`` of ``H`` to patch row ``floor((y + 1 / 2) * rows / H)``, and columns likewise.
So every pixel belongs to exactly one patch, also where the sizes do not divide (the patches then differ by a pixel), and a mask that goes
from patches to pixels and back is the same mask: it does not grow on the way.
"""

import torch
from torch import Tensor

MASKED_SHARE = 1 / 8
"""A patch is masked if the mask covers more than this share of it. A mask whose borders are rounded differently, by one pixel at most,
covers ``1 - (15 / 16) ** 2 = 0.12`` of a neighbouring patch of 16 pixels."""


def _patch_of(pixels: int, patches: int, like: Tensor) -> Tensor:
    """The patch of each pixel along one axis, ``(pixels,)``."""
    return (2 * torch.arange(pixels, device=like.device) + 1) * patches // (2 * pixels)


def patches_to_pixels(patches: Tensor, height: int, width: int) -> Tensor:
    """Give every pixel the value of its patch.

    Args:
        patches: ``(..., rows, columns)``, of any type.
        height: of the image, pixels; need not be a multiple of ``rows``.
        width: of the image, pixels.

    Returns:
        ``(..., height, width)``, of the same type.
    """
    rows, columns = (_patch_of(pixels, grid, patches) for pixels, grid in zip((height, width), patches.shape[-2:], strict=True))
    return patches[..., rows[:, None], columns]


def covered_share(mask: Tensor, rows: int, columns: int) -> Tensor:
    """How much of each patch a mask covers: the share of the pixels that belong to it.

    Args:
        mask: ``(..., H, W)`` bool. Where it is coarser than the patches, each of them has the value of the place that it lies in.
        rows: patches along the height.
        columns: patches along the width.

    Returns:
        ``(..., rows, columns)`` float in [0, 1].
    """
    mask = patches_to_pixels(mask, max(mask.shape[-2], rows), max(mask.shape[-1], columns)).float()
    return _sums(mask, rows, columns) / _sums(mask.new_ones(mask.shape[-2:]), rows, columns)


def _sums(values: Tensor, rows: int, columns: int) -> Tensor:
    """Sum over the pixels of each patch, ``(..., H, W)`` to ``(..., rows, columns)``."""
    *batch, height, width = values.shape
    values = values.new_zeros(*batch, rows, width).index_add_(-2, _patch_of(height, rows, values), values)
    return values.new_zeros(*batch, rows, columns).index_add_(-1, _patch_of(width, columns, values), values)


def resize_mask(mask: Tensor, rows: int, columns: int, share: float = MASKED_SHARE) -> Tensor:
    """A mask on another grid: of patches as pixels, of pixels as patches, of either in another size.

    Args:
        mask: ``(..., H, W)`` bool.
        rows: of the result.
        columns: of the result.
        share: a place of the result is masked where the mask covers more than this share of it, in [0, 1).

    Returns:
        ``(..., rows, columns)`` bool; the same mask where the size stays.
    """
    return mask if mask.shape[-2:] == (rows, columns) else covered_share(mask, rows, columns) > share
