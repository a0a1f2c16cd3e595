"""Selective prediction: what a classifier gets wrong if it may leave out the images of which it is least sure."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ofer.evaluation.bootstrap import Metric

BLOCK = 32
"""Resamples that are computed together."""


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
    right, group = _groups(correct, confidence)
    means = np.bincount(group, right) / np.bincount(group)
    answered = np.arange(1, len(right) + 1)
    return RiskCoverage(answered / len(right), 1 - np.cumsum(means[np.sort(group)]) / answered)


def area_of(correct: ArrayLike, confidence: ArrayLike) -> Metric:
    """:attr:`RiskCoverage.area` of resampled images, of which some occur several times.

    After ``k`` surer images, of which ``c`` are right, come ``m`` of one confidence with the mean correctness ``p``. Their accuracies
    ``(c + j p) / (k + j)`` for ``j = 1..m`` have the sum ``m p + (c - k p) (H(k + m) - H(k))``, with ``H`` the harmonic numbers.

    Args:
        correct: ``(n,)`` bool.
        confidence: ``(n,)``, higher = surer.
    """
    count = _counts(correct, confidence)
    harmonic = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, len(np.asarray(correct)) + 1))])

    def metric(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        shown, hits, last, right = count(weights)
        share = np.divide(hits, shown, out=np.zeros_like(hits), where=shown > 0)
        first = last - shown
        tails = harmonic[last.astype(int)] - harmonic[first.astype(int)]
        return 1 - (hits + (right - hits - first * share) * tails).sum(1) / last[:, -1]

    return _in_blocks(metric)


def accuracy_at_of(correct: ArrayLike, confidence: ArrayLike, coverage: float) -> Metric:
    """:meth:`RiskCoverage.accuracy_at` of resampled images.

    Args:
        correct: ``(n,)`` bool.
        confidence: ``(n,)``, higher = surer.
        coverage: share of the images that is answered, in (0, 1].
    """
    count = _counts(correct, confidence)

    def metric(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        shown, hits, last, right = count(weights)
        number = np.maximum(1, np.round(coverage * last[:, -1]))
        group = (last < number[:, None]).sum(1)  # the one that is answered in part
        of, missing = (values[np.arange(len(weights)), group] for values in (shown, last))
        there = right[np.arange(len(weights)), group] - hits[np.arange(len(weights)), group] * (missing - number) / of
        return there / number

    return _in_blocks(metric)


def _groups(correct: ArrayLike, confidence: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Correctness of each image, and the place of its confidence among all different ones, the highest first."""
    right, sure = np.asarray(correct, np.float64), np.asarray(confidence, np.float64)
    if right.shape != sure.shape or right.ndim != 1 or not len(right):
        raise ValueError(f'expected two lists of the same length > 0, got shapes {right.shape} and {sure.shape}')
    return right, np.unique(-sure, return_inverse=True)[1]


def _counts(correct: ArrayLike, confidence: ArrayLike) -> Callable[[NDArray[np.float64]], tuple[NDArray[np.float64], ...]]:
    """From weights ``(B, n)``: images and right ones of each confidence, and both up to it, the highest first; ``(B, G)`` each."""
    right, group = _groups(correct, confidence)
    order = np.argsort(group, kind='stable')
    starts = np.searchsorted(group[order], np.arange(group.max() + 1))

    def count(weights: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
        chosen = weights[:, order]
        found = [np.add.reduceat(values, starts, axis=1) for values in (chosen, chosen * right[order])]
        return *found, *(np.cumsum(values, 1) for values in found)

    return count


def _in_blocks(metric: Metric) -> Metric:
    """The metric of some rows at a time, which fit the memory of a processor."""

    def whole(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.concatenate([metric(weights[start : start + BLOCK]) for start in range(0, len(weights), BLOCK)])

    return whole
