"""Patches of an image: the cells of a g x g grid, which are the tokens of a vision transformer."""

import numpy as np

from ofer.synthetic.draws import Draws


def first_patches(order: np.ndarray, number: int, grid: int) -> np.ndarray:
    """The first patches of an order.

    Args:
        order: ``(grid * grid,)`` indices of patches, row by row from the top left.
        number: of patches.
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
