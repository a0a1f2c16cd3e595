"""Tokens of SpectralFormer: each band of a pixel or patch with its neighbouring bands; and the transform that packs them."""

from functools import cache

import numpy as np
import torch
from mmcv.transforms import BaseTransform
from numpy.typing import NDArray

from ofer.registry import TRANSFORMS
from ofer.structures import FaceSample

META_KEYS = ('sample_idx', 'img_path', 'row', 'column')


def mirrored(cube: NDArray, patch: int) -> NDArray:
    """Pad a scene so that each pixel has a patch; the edge is repeated (symmetric).

    Args:
        cube: ``(H, W, B)``.
        patch: side of a patch, pixels, odd.

    Returns:
        ``(H + patch - 1, W + patch - 1, B)``.

    Raises:
        ValueError: ``patch`` is even or not positive.
    """
    if patch < 1 or patch % 2 == 0:
        raise ValueError(f'patch={patch}: expected an odd number of pixels, so that the patch has a middle')
    margin = patch // 2
    return np.pad(cube, ((margin, margin), (margin, margin), (0, 0)), mode='symmetric')


@cache
def neighbours(num_bands: int, group: int, pixel: bool) -> NDArray[np.int64]:
    """Bands of each token. Bands wrap around: the last one is a neighbour of the first.

    Args:
        num_bands: ``B``.
        group: number of bands in a token, odd.
        pixel: whether the token is of a single pixel. The published code has another order of the slots then.

    Returns:
        ``(B, group)``: offsets ``-k .. k`` for pixels; ``-1, -2, .., -k, 0, 1, .., k`` for patches.

    Raises:
        ValueError: ``group`` is even, not positive, or exceeds the number of bands.
    """
    if group < 1 or group % 2 == 0 or group > num_bands:
        raise ValueError(f'group={group}: expected an odd number of neighbouring bands, at most {num_bands}')
    k = group // 2
    offsets = np.arange(-k, k + 1) if pixel else np.array([*range(-1, -k - 1, -1), *range(k + 1)])
    return (np.arange(num_bands)[:, None] + offsets) % num_bands


def band_tokens(patch: NDArray, group: int) -> NDArray:
    """Tokens of a patch.

    Args:
        patch: ``(s, s, B)``.
        group: number of bands in a token, odd.

    Returns:
        ``(B, group * s * s)``: the slots of a token one after the other, each slot in raster order.
    """
    side, _, num_bands = patch.shape
    chosen = patch[:, :, neighbours(num_bands, group, side == 1)]  # (s, s, B, group)
    return np.ascontiguousarray(chosen.transpose(2, 3, 0, 1)).reshape(num_bands, -1)


@TRANSFORMS.register_module()
class PackSpectrum(BaseTransform):
    """Make ``dict(inputs=(B, group * s * s) float32, data_samples)`` from ``patch`` ``(s, s, B)`` and ``gt_label``.

    Args:
        group: number of bands in a token, odd.
    """

    def __init__(self, group: int = 3) -> None:
        self.group = group

    def transform(self, results: dict) -> dict:
        sample = FaceSample().set_gt_label(results['gt_label'])
        sample.set_metainfo({key: results[key] for key in META_KEYS if key in results})
        tokens = band_tokens(results['patch'], self.group).astype(np.float32)
        return {'inputs': torch.from_numpy(tokens), 'data_samples': sample}
