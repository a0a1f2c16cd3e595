"""Agreement of a model's occlusion map with what is really covered."""

import numpy as np
import torch

from ofer.masks import covered_share

LEAST = 0.5
"""A patch counts as occluded if at least this share of it is covered, and is called occluded by a map at or above this value."""


def map_agreement(maps: np.ndarray, covered: np.ndarray) -> np.ndarray:
    """Intersection over union of the patches that are called occluded and those that are.

    Args:
        maps: ``(N, g, g)`` in [0, 1], 1 = occluded; NaN where there is none.
        covered: ``(N, H, W)`` bool, True = occluded.

    Returns:
        ``(N,)`` in [0, 1]; NaN where there is no map, and where neither has a patch.

    >>> map_agreement(np.eye(2)[None], np.array([[[True, False], [False, False]]])).tolist()
    [0.5]
    """
    truth = covered_share(torch.from_numpy(covered), *maps.shape[1:]).numpy() >= LEAST
    called = maps >= LEAST
    union = np.where(np.isnan(maps).any((1, 2)), 0, (truth | called).sum((1, 2)))
    return np.divide((truth & called).sum((1, 2)), union, out=np.full(len(maps), np.nan), where=union > 0)
