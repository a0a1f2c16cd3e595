"""Selective prediction: what a classifier gets wrong if it may leave out the images of which it is least sure."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray


class RiskCoverage(NamedTuple):
    """Share of wrong answers by share of answered images, the surest first."""

    coverage: NDArray[np.float64]
    """``(n,)``, from ``1 / n`` to 1."""
    risk: NDArray[np.float64]
    """``(n,)``, share of wrong answers among the answered images."""

    @property
    def area(self) -> float:
        """Area under the curve (AURC): the mean risk over all coverages; lower is better."""
        return float(self.risk.mean())

    def accuracy_at(self, coverage: float) -> float:
        """Accuracy if this share of the images is answered, in (0, 1]."""
        number = max(1, round(coverage * len(self.risk)))
        return float(1 - self.risk[number - 1])


def risk_coverage(correct: ArrayLike, confidence: ArrayLike) -> RiskCoverage:
    """Risk against coverage (El-Yaniv and Wiener 2010).

    Images of equal confidence are exchangeable: each counts with the mean correctness of its group.

    Args:
        correct: ``(n,)`` bool.
        confidence: ``(n,)``, higher = surer.

    Raises:
        ValueError: no images, or different lengths.

    >>> risk_coverage([True, False, True, True], [0.9, 0.2, 0.8, 0.7]).accuracy_at(0.75)
    1.0
    """
    right, sure = np.asarray(correct, np.float64), np.asarray(confidence, np.float64)
    if right.shape != sure.shape or right.ndim != 1 or not len(right):
        raise ValueError(f'expected two lists of the same length > 0, got shapes {right.shape} and {sure.shape}')
    _, group = np.unique(-sure, return_inverse=True)
    means = np.bincount(group, right) / np.bincount(group)
    order = np.argsort(group, kind='stable')
    answered = np.arange(1, len(right) + 1)
    return RiskCoverage(answered / len(right), 1 - np.cumsum(means[group[order]]) / answered)
