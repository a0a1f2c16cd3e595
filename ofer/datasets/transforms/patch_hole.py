"""Random patches to be repainted."""

import numpy as np
import torch
from mmcv.transforms import BaseTransform

from ofer.registry import TRANSFORMS


def draw_patches(height: int, width: int, patch_size: int, ratio: float, draw: np.random.Generator) -> np.ndarray:
    """Choose patches of a grid, every choice equally likely.

    Args:
        height: of the image, pixels; what is left beside the grid is not chosen.
        width: of the image, pixels.
        patch_size: side of a patch, pixels.
        ratio: share of the patches, in [0, 1], rounded to whole ones.
        draw: where the choice comes from.

    Returns:
        ``(H, W)`` bool, True = chosen.
    """
    rows, columns = height // patch_size, width // patch_size
    chosen = np.zeros(rows * columns, dtype=bool)
    chosen[draw.permutation(rows * columns)[: round(ratio * rows * columns)]] = True
    grid = chosen.reshape(rows, columns).repeat(patch_size, axis=0).repeat(patch_size, axis=1)
    return np.pad(grid, ((0, height - grid.shape[0]), (0, width - grid.shape[1])))


@TRANSFORMS.register_module()
class PatchHole(BaseTransform):
    """Draw ``hole`` ``(H, W)`` bool, True = to be repainted: random patches. Put it after the resizing.

    Args:
        patch_size: side of a patch, pixels.
        ratio: range of the share of patches that are chosen, in [0, 1].
        seed: None draws anew each time, from torch's generator, of which every worker has its own; a number makes the result depend on
            it and ``sample_idx`` alone, for testing.

    Raises:
        ValueError: the range is empty or not in [0, 1].
    """

    DENSE_LABELS = ('hole',)

    def __init__(self, patch_size: int = 16, ratio: tuple[float, float] = (0.1, 0.5), seed: int | None = None) -> None:
        if not 0 <= ratio[0] <= ratio[1] <= 1:
            raise ValueError(f'ratio={ratio}: expected a range in [0, 1]')
        self.patch_size, self.ratio, self.seed = patch_size, ratio, seed

    def transform(self, results: dict) -> dict:
        draw = np.random.default_rng(int(torch.randint(2**62, ())) if self.seed is None else (self.seed, results['sample_idx']))
        height, width = results['img'].shape[:2]
        results['hole'] = draw_patches(height, width, self.patch_size, draw.uniform(*self.ratio), draw)
        return results

    def __repr__(self) -> str:
        return f'PatchHole(patch_size={self.patch_size}, ratio={self.ratio}, seed={self.seed})'
