"""Blocks over faces, the artificial occlusion of ORSANet's Table 3.

The paper does not give the colour. The published code only has a square of the mean colour (0 after normalisation), which random erasing in
training also uses; black is harder. These are two protocols, and results with different fills are not comparable.
"""

import math
from collections.abc import Sequence

import numpy as np
from mmcv.transforms import BaseTransform

from ofer.datasets.transforms.mark_occlusion import mark_occlusion
from ofer.registry import TRANSFORMS


def block_place(height: int, width: int, ratio: float, seed: tuple[int, int]) -> tuple[int, int, int]:
    """Place of a square block in an image.

    The place is drawn as a share of the available range, so it is the same at every resolution.

    Args:
        height: of the image, pixels.
        width: of the image, pixels.
        ratio: area of the block as share of the image area; its side is rounded to whole pixels.
        seed: determines the place.

    Returns:
        Top, left and side, pixels.
    """
    side = min(round(math.sqrt(ratio * height * width)), height, width)
    down, right = np.random.default_rng(seed).random(2)
    return int(down * (height - side + 1)), int(right * (width - side + 1)), side


FILLS: dict[str, tuple[int, int, int]] = {'black': (0, 0, 0), 'mean': (124, 116, 104)}
"""Colours by name, RGB; the mean is ImageNet's, 0 after normalisation."""


@TRANSFORMS.register_module()
class BlockOcclusion(BaseTransform):
    """Put one square on the image and mark it in ``gt_occlusion`` ``(H, W)`` bool, True = occluded.

    Its place depends only on ``seed`` and ``sample_idx``: all models get the same blocks. For testing; put it after the resizing.

    Args:
        ratio: area of the square as share of the image area, in [0, 1]; 0 does nothing, as a placeholder in configs.
        seed: determines places and noise.
        fill: ``'black'``; ``'mean'``, mean colour of ImageNet; ``'noise'``, each value uniform in [0, 255]; or a colour, RGB in [0, 255].

    Raises:
        ValueError: the ratio is not in [0, 1], or the fill is none of these.

    Example:
        >>> import numpy as np
        >>> face = {'img': np.full((10, 10, 3), 255, np.uint8), 'sample_idx': 0}
        >>> done = BlockOcclusion(0.25, fill='mean').transform(face)
        >>> int(done['gt_occlusion'].sum()), done['img'][done['gt_occlusion']][0].tolist()
        (25, [124, 116, 104])
    """

    DENSE_LABELS = ('gt_occlusion', 'gt_image')

    def __init__(self, ratio: float, seed: int = 0, fill: str | Sequence[int] = 'black') -> None:
        if not 0 <= ratio <= 1:
            raise ValueError(f'ratio={ratio}: expected a share of the image area in [0, 1]')
        if fill != 'noise':
            colour = FILLS.get(fill) if isinstance(fill, str) else tuple(fill)
            if colour is None or len(colour) != 3 or not all(0 <= value <= 255 for value in colour):
                raise ValueError(f'fill={fill!r}: expected black, mean, noise or three numbers in [0, 255]')
            self.colour = colour
        self.fill = fill
        self.ratio = ratio
        self.seed = seed

    def transform(self, results: dict) -> dict:
        if self.ratio == 0:
            return results
        height, width = results['img'].shape[:2]
        top, left, side = block_place(height, width, self.ratio, (self.seed, results['sample_idx']))
        place = slice(top, top + side), slice(left, left + side)
        img = results['img'].copy()
        img[place] = self._filling(results['sample_idx'], side)
        covered = np.zeros((height, width), dtype=bool)
        covered[place] = True
        return mark_occlusion(results, img, covered)

    def _filling(self, sample_idx: int, side: int) -> np.ndarray:
        """Content of the square: ``(side, side, 3)`` uint8, or a colour ``(3,)``."""
        if self.fill == 'noise':
            return np.random.default_rng((self.seed, sample_idx, 1)).integers(0, 256, (side, side, 3), dtype=np.uint8)
        return np.array(self.colour, dtype=np.uint8)

    def __repr__(self) -> str:
        return f'BlockOcclusion(ratio={self.ratio}, seed={self.seed}, fill={self.fill!r})'
