"""Conversion between pixel masks and patch masks; data sets, models and metrics share it.

A pixel belongs to the patch that contains its centre: row ``y`` of ``H`` to patch row ``floor((y + 1 / 2) * rows / H)``; columns likewise.
Every pixel therefore belongs to exactly one patch, also if the sizes do not divide (patch sizes then differ by one pixel). A mask that is
converted from patches to pixels and back is unchanged.
"""

import torch
from torch import Tensor

MASKED_SHARE = 1 / 8
"""A patch is masked if the mask covers more than this share of it. A mask whose borders are rounded differently, by one pixel at most,
covers ``1 - (15 / 16) ** 2 = 0.12`` of a neighbouring patch of 16 pixels."""


def _patch_of(pixels: int, patches: int, like: Tensor) -> Tensor:
    """The patch of each pixel along one axis, ``(pixels,)``."""
    pixels, patches = int(pixels), int(patches)  # numbers in a traced graph too
    return (2 * torch.arange(pixels, device=like.device) + 1) * patches // (2 * pixels)


def patches_to_pixels(patches: Tensor, height: int, width: int) -> Tensor:
    """Give every pixel the value of its patch.

    Args:
        patches: ``(..., rows, columns)``, of any type.
        height: height of the image, pixels; need not be a multiple of ``rows``.
        width: width of the image, pixels.

    Returns:
        ``(..., height, width)``, of the same type.
    """
    rows, columns = (_patch_of(pixels, grid, patches) for pixels, grid in zip((height, width), patches.shape[-2:], strict=True))
    return patches[..., rows[:, None], columns]


def covered_share(mask: Tensor, rows: int, columns: int) -> Tensor:
    """Share of the pixels of each patch that a mask covers.

    Args:
        mask: ``(..., H, W)`` bool. If it is coarser than the patches, each patch takes the value of the mask cell that contains it.
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
    if torch.onnx.is_in_onnx_export():  # whose index_add not every runtime reads; products would round in mixed precision
        return _belongs(height, rows, values) @ values @ _belongs(width, columns, values).t()
    values = values.new_zeros(*batch, rows, width).index_add_(-2, _patch_of(height, rows, values), values)
    return values.new_zeros(*batch, rows, columns).index_add_(-1, _patch_of(width, columns, values), values)


def _belongs(pixels: int, patches: int, like: Tensor) -> Tensor:
    """``(patches, pixels)``: 1 where the pixel belongs to the patch, along one axis."""
    return (_patch_of(pixels, patches, like) == torch.arange(int(patches), device=like.device)[:, None]).to(like.dtype)


def resize_mask(mask: Tensor, rows: int, columns: int, share: float = MASKED_SHARE) -> Tensor:
    """Resample a mask to another grid: patches to pixels, pixels to patches, or either to another size.

    Args:
        mask: ``(..., H, W)`` bool.
        rows: rows of the result.
        columns: columns of the result.
        share: a cell of the result is masked if the mask covers more than this share of it, in [0, 1).

    Returns:
        ``(..., rows, columns)`` bool; the mask itself if it has this size already.
    """
    return mask if mask.shape[-2:] == (rows, columns) else covered_share(mask, rows, columns) > share
