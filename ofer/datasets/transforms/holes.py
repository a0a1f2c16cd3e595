"""Holes: the pixels of a face that an inpainter has to repaint. The image is not changed.

All set ``hole`` ``(H, W)`` bool, True = to be repainted. Put them after all transforms that change the geometry of the image.
"""

import cv2
import numpy as np
import torch
from mmcv.transforms import BaseTransform

from ofer.datasets.transforms.image_draws import image_draws
from ofer.datasets.transforms.patches import random_patches
from ofer.masks import covered_share, patches_to_pixels
from ofer.registry import TRANSFORMS
from ofer.synthetic.draws import Draws

_SHIFT = 4  # sub-pixel bits of OpenCV's coordinates


def free_form(
    draws: Draws, height: int, width: int, share: float, thickness: tuple[float, float], length: tuple[float, float]
) -> np.ndarray:
    """Strokes of a thick brush with changing direction (the irregular masks of free-form inpainting).

    Strokes are drawn piece by piece until they cover the share; they exceed it by at most one piece.

    Args:
        draws: random draws.
        height: of the mask, pixels.
        width: of the mask, pixels.
        share: of the area to cover, in [0, 1].
        thickness: range of a stroke's thickness as share of the shorter side.
        length: range of the length of a stroke's pieces as share of the shorter side.

    Returns:
        ``(height, width)`` bool, True = covered.
    """
    mask = np.zeros((height, width), np.uint8)
    shorter, wanted = min(height, width), share * height * width
    while np.count_nonzero(mask) < wanted:
        place = np.array([draws.uniform(0, width), draws.uniform(0, height)])
        heading, thick = draws.uniform(0, 2 * np.pi), draws.uniform(*thickness) * shorter
        for _ in range(int(draws.uniform(3, 9))):
            heading += draws.uniform(-1.2, 1.2)
            stop = place + draws.uniform(*length) * shorter * np.array([np.cos(heading), np.sin(heading)])
            start, end = (np.rint((point - 0.5) * 2**_SHIFT).astype(int).tolist() for point in (place, stop))
            cv2.line(mask, start, end, 1, max(1, round(thick)), cv2.LINE_8, _SHIFT)  # ends of thick lines are round
            if np.count_nonzero(mask) >= wanted:
                break
            place = np.clip(stop, 0, (width, height))
    return mask.astype(bool)


def _check_range(name: str, values: tuple[float, float], low: float, high: float) -> None:
    if not low <= values[0] <= values[1] <= high:
        raise ValueError(f'{name}={tuple(values)}: expected two numbers from {low} to {high}, the smaller one first')


@TRANSFORMS.register_module()
class FreeFormHole(BaseTransform):
    """A ``hole`` of free-form strokes.

    Args:
        share: range of the area of the hole as share of the image area, up to 0.9: the last corners would need many strokes.
        thickness: range of the strokes' thickness as share of the shorter side.
        length: range of the length of a stroke's pieces as share of the shorter side.
        seed: see :func:`image_draws`.

    Raises:
        ValueError: an invalid range.
    """

    DENSE_LABELS = ('hole',)

    def __init__(
        self,
        share: tuple[float, float] = (0.1, 0.4),
        thickness: tuple[float, float] = (0.06, 0.16),
        length: tuple[float, float] = (0.1, 0.35),
        seed: int | None = None,
    ) -> None:
        _check_range('share', share, 0, 0.9)
        _check_range('thickness', thickness, 0.005, 1)
        _check_range('length', length, 0.005, 1)
        self.share, self.thickness, self.length, self.seed = share, thickness, length, seed

    def transform(self, results: dict) -> dict:
        draws = image_draws(self.seed, results, 'FreeFormHole')
        height, width = results['img'].shape[:2]
        results['hole'] = free_form(draws, height, width, draws.uniform(*self.share), self.thickness, self.length)
        return results

    def __repr__(self) -> str:
        return f'FreeFormHole(share={self.share}, thickness={self.thickness}, length={self.length}, seed={self.seed})'


@TRANSFORMS.register_module()
class PatchHole(BaseTransform):
    """A ``hole`` of random patches of a grid.

    Args:
        grid: patches a side.
        share: range of the share of the patches, rounded to whole ones; not together with ``number``.
        number: exact number of patches.
        seed: see :func:`image_draws`.

    Raises:
        ValueError: an invalid argument, or none or both of ``share`` and ``number``.
    """

    DENSE_LABELS = ('hole',)

    def __init__(
        self, grid: int = 14, share: tuple[float, float] | None = None, number: int | None = None, seed: int | None = None
    ) -> None:
        if (share is None) == (number is None):
            raise ValueError(f'share={share}, number={number}: give one of them')
        if share is not None:
            _check_range('share', share, 0, 1)
        if grid < 1 or (number is not None and not 0 <= number <= grid * grid):
            raise ValueError(f'number={number}, grid={grid}: expected 0 to grid * grid patches')
        self.grid, self.share, self.number, self.seed = grid, share, number, seed

    def transform(self, results: dict) -> dict:
        draws = image_draws(self.seed, results, 'PatchHole')
        number = self.number or 0
        if self.share is not None:
            number = round(draws.uniform(*self.share) * self.grid**2)
        patches = torch.from_numpy(random_patches(draws, number, self.grid))
        results['hole'] = patches_to_pixels(patches, *results['img'].shape[:2]).numpy()
        return results

    def __repr__(self) -> str:
        return f'PatchHole(grid={self.grid}, share={self.share}, number={self.number}, seed={self.seed})'


@TRANSFORMS.register_module()
class OcclusionHole(BaseTransform):
    """A ``hole`` equal to ``gt_occlusion``: the hole of a perfect detector.

    Args:
        grow: pixels by which the hole is larger than the occluder, whose border is half transparent.
        grid: patches a side, for a hole of whole patches, as from a patch detector; None: single pixels.
        threshold: a patch belongs to the hole if more than this share of it is occluded.

    Raises:
        ValueError: an invalid argument, or the image has no ``gt_occlusion``.
    """

    DENSE_LABELS = ('hole',)

    def __init__(self, grow: int = 0, grid: int | None = None, threshold: float = 0.0) -> None:
        if grow < 0 or (grid is not None and grid < 1) or not 0 <= threshold < 1:
            raise ValueError(f'grow={grow}, grid={grid}, threshold={threshold}: expected pixels from 0, patches from 1, a share in [0, 1)')
        self.grow, self.grid, self.threshold = grow, grid, threshold

    def transform(self, results: dict) -> dict:
        if 'gt_occlusion' not in results:
            raise ValueError(f'{results.get("img_path")}: has no gt_occlusion. Put OcclusionHole after what occludes the face or reads it.')
        hole = results['gt_occlusion']
        if self.grow:
            disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * self.grow + 1, 2 * self.grow + 1))
            hole = cv2.dilate(hole.astype(np.uint8), disc).astype(bool)
        if self.grid is not None:
            patches = covered_share(torch.tensor(hole), self.grid, self.grid) > self.threshold
            hole = patches_to_pixels(patches, *hole.shape).numpy()
        results['hole'] = hole.copy()
        return results

    def __repr__(self) -> str:
        return f'OcclusionHole(grow={self.grow}, grid={self.grid}, threshold={self.threshold})'
