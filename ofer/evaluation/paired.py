"""Paired comparison of two classifiers on the same images; it is more sensitive than two separate intervals."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binomtest, norm


class PairedDifference(NamedTuple):
    """Accuracy of A minus accuracy of B, in shares."""

    difference: float
    low: float
    high: float
    p_value: float


def paired_difference(correct_a: ArrayLike, correct_b: ArrayLike, confidence: float = 0.95) -> PairedDifference:
    """Difference in accuracy of two classifiers on the same samples.

    With ``a`` samples correct only for A and ``b`` correct only for B, of ``n``: the difference is ``(a - b) / n`` with variance
    ``(a + b - (a - b)^2 / n) / n^2`` (Wald's interval), and McNemar's exact test compares ``a`` of ``a + b`` with a fair coin.

    Args:
        correct_a: ``(n,)`` bool.
        correct_b: ``(n,)`` bool, of the same samples.
        confidence: level of the interval, in (0, 1).

    Raises:
        ValueError: different lengths, or no samples.
    """
    first, second = np.asarray(correct_a, dtype=bool), np.asarray(correct_b, dtype=bool)
    if first.shape != second.shape or first.ndim != 1 or not len(first):
        raise ValueError(f'expected two lists of the same length > 0, got shapes {first.shape} and {second.shape}')
    n, a, b = len(first), int((first & ~second).sum()), int((second & ~first).sum())
    difference = (a - b) / n
    half = norm.ppf((1 + confidence) / 2) * np.sqrt(a + b - (a - b) ** 2 / n) / n
    p_value = binomtest(a, a + b).pvalue if a + b else 1.0
    return PairedDifference(difference, float(difference - half), float(difference + half), float(p_value))
