"""Patches of an image: the cells of a g x g grid that a vision transformer sees as tokens."""

import numpy as np

from ofer.synthetic.draws import Draws


def patches_to_pixels(patches: np.ndarray, height: int, width: int) -> np.ndarray:
    """Give every pixel the value of its patch.

    Args:
        patches: ``(g, g)``.
        height: of the image, pixels. Need not be a multiple of ``g``: then the patches differ by a pixel.
        width: of the image, pixels.

    Returns:
        ``(height, width)``, of the same type.
    """
    rows, columns = patches.shape
    return patches[(np.arange(height) * rows // height)[:, None], np.arange(width) * columns // width]


def covered_share(mask: np.ndarray, grid: int) -> np.ndarray:
    """How much of each patch a mask covers.

    Args:
        mask: ``(H, W)`` bool, both at least ``grid``.
        grid: patches a side.

    Returns:
        ``(grid, grid)``, in [0, 1].
    """
    height, width = mask.shape
    patch = patches_to_pixels(np.arange(grid * grid).reshape(grid, grid), height, width).ravel()
    return (np.bincount(patch, mask.ravel(), grid * grid) / np.bincount(patch, minlength=grid * grid)).reshape(grid, grid)


def first_patches(order: np.ndarray, number: int, grid: int) -> np.ndarray:
    """The first patches of an order.

    Args:
        order: ``(grid * grid,)`` indices of patches, row by row from the top left.
        number: how many.
        grid: patches a side.

    Returns:
        ``(grid, grid)`` bool, True for the chosen ones.
    """
    chosen = np.zeros(grid * grid, dtype=bool)
    chosen[order[:number]] = True
    return chosen.reshape(grid, grid)


def random_patches(draws: Draws, number: int, grid: int) -> np.ndarray:
    """Random patches, ``(grid, grid)`` bool. With the same draws, those of a smaller number are among those of a larger one."""
    return first_patches(np.array(draws.permutation(grid * grid)), number, grid)
