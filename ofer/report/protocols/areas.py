"""Masks that cover an exact share of the image: a square, and patches of a 14 x 14 grid in an order.

Every mask has ``round(share * H * W)`` pixels. A whole square or whole patches would miss the share by up to 1 % of a small image, so the
last row of the square, and the last patch, are covered in part.
"""

import math
from functools import partial

import numpy as np

from ofer.report.protocols.base import Batch, Condition, Occluded
from ofer.report.protocols.fills import fill
from ofer.report.randomness import image_keys, uniform

GRID = 14
"""Patches a side: the 196 patches of Latent-OFER's Fig. 1."""
SQUARE_STREAM, PATCHES_STREAM = 'square-1', 'patches-1'


def square_masks(keys: np.ndarray, height: int, width: int, share: float) -> np.ndarray:
    """A square at a random place, all of it inside.

    With ``n = round(share * height * width)``, it is ``s = max(min(ceil(sqrt(n)), width), ceil(n / height))`` pixels wide, so it is a
    rectangle only where a square does not fit, and ``r = ceil(n / s)`` high; the last row holds the ``n - s * (r - 1)`` pixels that
    remain, from the left. Of two numbers ``u`` of the image, its top row is
    ``floor(u_1 * (height - r + 1))`` and its left column ``floor(u_2 * (width - s + 1))``.

    Args:
        keys: ``(N,)`` uint64 of the images.
        height: of the images, pixels.
        width: of the images, pixels.
        share: of the image area, in [0, 1].

    Returns:
        ``(N, height, width)`` bool, True = covered.
    """
    number = round(share * height * width)
    side = max(min(math.ceil(math.sqrt(number)), width), math.ceil(number / height), 1)
    rows = math.ceil(number / side)
    down, right = uniform(keys, 2).T
    y = np.arange(height)[None] - np.floor(down * (height - rows + 1)).astype(int)[:, None]
    x = np.arange(width)[None] - np.floor(right * (width - side + 1)).astype(int)[:, None]
    columns = np.where(y == rows - 1, number - side * (rows - 1), side)  # of each row
    inside = (y >= 0) & (y < rows)
    return inside[:, :, None] & (x >= 0)[:, None] & (x[:, None] < columns[:, :, None])


def patch_masks(order: np.ndarray, height: int, width: int, share: float) -> np.ndarray:
    """The first patches of an order.

    A pixel belongs to the patch that contains its centre. Patches are covered one after another, the pixels of a patch row by row, until
    ``round(share * height * width)`` pixels are covered. The mask of a smaller share is part of that of a larger one.

    Args:
        order: ``(N, GRID * GRID)`` indices of patches, row by row from the top left; the first is covered first.
        height: of the images, pixels.
        width: of the images, pixels.
        share: of the image area, in [0, 1].

    Returns:
        ``(N, height, width)`` bool, True = covered.
    """
    number = round(share * height * width)
    row, column = ((2 * np.arange(pixels) + 1) * GRID // (2 * pixels) for pixels in (height, width))
    patch = (row[:, None] * GRID + column[None]).ravel()  # of each pixel
    sizes = np.bincount(patch, minlength=GRID * GRID)
    within = np.empty(len(patch), int)  # place of each pixel in its patch
    within[np.argsort(patch, kind='stable')] = np.concatenate([np.arange(size) for size in sizes])
    sorted_sizes = sizes[order]
    before = np.empty_like(order)  # pixels of the patches that are covered earlier, of each patch
    np.put_along_axis(before, order, np.cumsum(sorted_sizes, 1) - sorted_sizes, 1)
    return (before[:, patch] + within < number).reshape(-1, height, width)


def random_order(keys: np.ndarray) -> np.ndarray:
    """Patches in random order, ``(N, GRID * GRID)``: sorted by one number of the image each."""
    return np.argsort(uniform(keys, GRID * GRID), axis=1, kind='stable')


def important_order(importance: np.ndarray) -> np.ndarray:
    """Patches by importance, most important first, of equal ones the upper left: ``(N, 14, 14)`` to ``(N, 196)``."""
    return np.argsort(-importance.reshape(len(importance), -1), axis=1, kind='stable')


def cover(batch: Batch, order: str, kind: str, share: float, seed: int) -> Occluded:
    """Cover a share of every image.

    Args:
        batch: the faces; ``importance`` is needed unless the order is ``square`` or ``patches``.
        order: ``square``, ``patches`` (at random), ``own`` or ``reference`` (most important first).
        kind: of the fill.
        share: of the image area, in [0, 1].
        seed: of places and noise.
    """
    height, width = batch.images.shape[1:3]
    if order == 'square':
        covered = square_masks(image_keys(batch.names, SQUARE_STREAM, seed), height, width, share)
    elif order == 'patches':
        covered = patch_masks(random_order(image_keys(batch.names, PATCHES_STREAM, seed)), height, width, share)
    else:
        assert batch.importance is not None
        covered = patch_masks(important_order(batch.importance), height, width, share)
    return Occluded(fill(batch.images, covered, kind, batch.names, seed), covered)


def area_conditions(orders: tuple[str, ...], fills: tuple[str, ...], shares: tuple[int, ...], seed: int) -> list[Condition]:
    """A condition for each order, fill and share in percent."""
    return [
        Condition(
            name=f'{order}-{kind}-{share}',
            section='artificial',
            draw=partial(cover, order=order, kind=kind, share=share / 100, seed=seed),
            facts=dict(order=order, fill=kind, share=share),
            importance=order if order in ('own', 'reference') else None,
        )
        for order in orders
        for kind in fills
        for share in shares
    ]
