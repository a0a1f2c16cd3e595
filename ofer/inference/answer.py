"""The prediction of a recogniser for one aligned face."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ofer.inference.regions import REGIONS


@dataclass(frozen=True, eq=False)
class Answer:
    """Prediction of a classifier for one aligned face.

    Args:
        probabilities: ``(K,)`` float64, calibrated; sums to 1.
        patch_map: ``(grid, grid)`` float32 in [0, 1], 1 = occluded; None if the model has no map.
        restored: ``(S, S, 3)`` uint8, occluded places repainted; None where the model repaints nothing.
        attention: ``(h, w)`` float32 in [0, 1], 1 = adds most to the predicted expression; None if the model has no map of features.
        parsing: ``(h, w)`` uint8, class of :data:`ofer.categories.PARSING_CLASSES`; None where the model parses nothing.
    """

    probabilities: np.ndarray
    patch_map: np.ndarray | None = None
    restored: np.ndarray | None = None
    attention: np.ndarray | None = None
    parsing: np.ndarray | None = None


def entropy(probabilities: np.ndarray) -> float:
    """Of a distribution ``(K,)``, nats.

    >>> round(entropy(np.array([0.5, 0.5])), 3)
    0.693
    """
    positive = probabilities[probabilities > 0]
    return float(-(positive * np.log(positive)).sum()) + 0.0


def checked_thresholds(given: Mapping[str, Any]) -> dict[str, float]:
    """Thresholds of occlusion by the name of the region.

    Raises:
        ValueError: an unknown region, or a value that is no share.
    """
    thresholds = {name: float(value) for name, value in given.items()}
    wrong = {name: value for name, value in thresholds.items() if name not in REGIONS or not 0 <= value <= 1}
    if wrong:
        raise ValueError(f'occlusion_thresholds={wrong}: expected shares in [0, 1] of the regions {", ".join(REGIONS)}')
    return thresholds
