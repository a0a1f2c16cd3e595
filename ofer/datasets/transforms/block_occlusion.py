"""Black blocks over faces, the artificial occlusion of ORSANet's Table 3."""

import math

import numpy as np
from mmcv.transforms import BaseTransform

from ofer.datasets.transforms.mark_occlusion import mark_occlusion
from ofer.registry import TRANSFORMS


def block_place(height: int, width: int, ratio: float, seed: tuple[int, int]) -> tuple[int, int, int]:
    """Place of a square block in an image.

    The place is drawn as a share of the room there is, so it is the same at every resolution.

    Args:
        height: of the image, pixels.
        width: of the image, pixels.
        ratio: area of the block as share of the image's, rounded to whole pixels of its side.
        seed: what the place depends on.

    Returns:
        Top, left and side, pixels.
    """
    side = min(round(math.sqrt(ratio * height * width)), height, width)
    down, right = np.random.default_rng(seed).random(2)
    return int(down * (height - side + 1)), int(right * (width - side + 1)), side


@TRANSFORMS.register_module()
class BlockOcclusion(BaseTransform):
    """Put one black square on the image and mark it in ``gt_occlusion`` ``(H, W)`` bool, True = occluded.

    Where it lies depends on ``seed`` and ``sample_idx`` alone: all models see the same blocks. For testing; put it after the resizing.

    Args:
        ratio: area of the square as share of the image's, in [0, 1]; 0 does nothing, so that a config can hold the place for it.
        seed: another number gives other places.

    Raises:
        ValueError: the ratio is not in [0, 1].
    """

    DENSE_LABELS = ('gt_occlusion', 'gt_image')

    def __init__(self, ratio: float, seed: int = 0) -> None:
        if not 0 <= ratio <= 1:
            raise ValueError(f'ratio={ratio}: expected a share of the image area in [0, 1]')
        self.ratio = ratio
        self.seed = seed

    def transform(self, results: dict) -> dict:
        if self.ratio == 0:
            return results
        height, width = results['img'].shape[:2]
        top, left, side = block_place(height, width, self.ratio, (self.seed, results['sample_idx']))
        place = slice(top, top + side), slice(left, left + side)
        img = results['img'].copy()
        img[place] = 0
        covered = np.zeros((height, width), dtype=bool)
        covered[place] = True
        return mark_occlusion(results, img, covered)

    def __repr__(self) -> str:
        return f'BlockOcclusion(ratio={self.ratio}, seed={self.seed})'
