"""What covers the occluded pixels: black, the mean colour, or noise."""

from collections.abc import Sequence

import numpy as np

from ofer.datasets.transforms.block_occlusion import FILLS
from ofer.report.randomness import image_keys, noise

NOISE_STREAM = 'noise-1'
FILL_NAMES = (*FILLS, 'noise')
"""``black``; ``mean``, ImageNet's mean colour, 0 after the usual normalisation; ``noise``, every value uniform in 0..255."""


def fill(images: np.ndarray, covered: np.ndarray, kind: str, names: Sequence[str], seed: int = 0) -> np.ndarray:
    """Cover pixels.

    Args:
        images: ``(N, H, W, 3)`` uint8 RGB.
        covered: ``(N, H, W)`` bool, True = to be covered.
        kind: one of :data:`FILL_NAMES`. The noise of an image is the same in all conditions.
        names: of the images.
        seed: of the noise.

    Returns:
        New images.

    Raises:
        ValueError: an unknown kind.
    """
    if kind not in FILL_NAMES:
        raise ValueError(f'fill={kind!r}: expected one of {", ".join(FILL_NAMES)}')
    if kind == 'noise':
        shape = images.shape[1:]
        content = noise(image_keys(names, NOISE_STREAM, seed), int(np.prod(shape))).reshape(-1, *shape)
    else:
        content = np.array(FILLS[kind], np.uint8)
    return np.where(covered[..., None], content, images)
