"""Paired comparisons, which are more sensitive than two separate intervals: of two classifiers on the same images, of two recipes over the
same seeds.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binomtest, norm, t


class PairedDifference(NamedTuple):
    """Accuracy of A minus accuracy of B, in shares."""

    difference: float
    low: float
    high: float
    p_value: float


def paired_difference(correct_a: ArrayLike, correct_b: ArrayLike, confidence: float = 0.95) -> PairedDifference:
    """Difference in accuracy of two classifiers on the same samples.

    With ``a`` samples correct only for A and ``b`` correct only for B, of ``n``: the difference is ``(a - b) / n`` with variance
    ``(a + b - (a - b)^2 / n) / n^2`` (Wald's interval, cut off at -1 and 1), and McNemar's exact test compares
    ``a`` of ``a + b`` with a fair coin. The interval is too narrow where ``a + b`` is small, and has width 0 where it is 0: rely on the
    test there.

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
    return PairedDifference(difference, float(max(difference - half, -1)), float(min(difference + half, 1)), float(p_value))


class MeanInterval(NamedTuple):
    """Mean of differences with its interval."""

    mean: float
    low: float
    high: float


def mean_interval(differences: ArrayLike, confidence: float = 0.95) -> MeanInterval:
    """Mean of paired differences, e.g. of two recipes over the same seeds, with Student's interval.

    Args:
        differences: ``(n,)``, at least two.
        confidence: level of the interval, in (0, 1).

    Raises:
        ValueError: fewer than two differences, from which no spread follows.

    >>> [round(value, 2) for value in mean_interval([1.0, 2.0, 3.0])]  # 2 +- 4.303 / sqrt(3)
    [2.0, -0.48, 4.48]
    """
    values = np.asarray(differences, dtype=float)
    if values.ndim != 1 or len(values) < 2:
        raise ValueError(f'expected a list of two differences or more, got shape {values.shape}')
    half = t.ppf((1 + confidence) / 2, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return MeanInterval(float(values.mean()), float(values.mean() - half), float(values.mean() + half))
