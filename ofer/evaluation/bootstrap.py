"""Bootstrap intervals of metrics, and of their differences between models on the same images."""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ofer.evaluation.functional import bin_of

RESAMPLES = 1000

Metric = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From weights ``(B, n)``, how often each image occurs in each resample, to values ``(B,)``."""


class Interval(NamedTuple):
    """A value with its percentile interval."""

    value: float
    low: float
    high: float


class BootstrapDifference(NamedTuple):
    """Value of A minus value of B."""

    difference: float
    low: float
    high: float
    p_value: float


def resamples(number: int, times: int = RESAMPLES, seed: int = 0) -> NDArray[np.float64]:
    """How often each image occurs in each resample, ``(times, number)``; each row sums to ``number``.

    Only uniform numbers are taken from numpy: their stream is fixed.
    """
    chosen = (np.random.Generator(np.random.PCG64(seed)).random((times, number)) * number).astype(np.int64)
    chosen += np.arange(times)[:, None] * number
    return np.bincount(chosen.ravel(), minlength=times * number).reshape(times, number).astype(np.float64)


def interval(metric: Metric, weights: NDArray[np.float64], confidence: float = 0.95, distance: bool = False) -> Interval:
    """A metric of all images with its percentile interval.

    Args:
        metric: on weights.
        weights: of :func:`resamples`.
        confidence: level, in (0, 1).
        distance: the metric is a sum of distances, such as :func:`calibration_error_of`. Resampling adds noise, which raises it, so that
            its percentiles can all be above the value. They are shifted down by how much the mean of the resamples exceeds the value,
            and end at 0.
    """
    value = float(metric(np.ones((1, weights.shape[1])))[0])
    found = metric(weights)
    if distance:
        found = np.maximum(found - (np.nanmean(found) - value), 0.0)
    low, high = np.nanquantile(found, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(value, float(low), float(high))


def distributions(metrics: Sequence[Metric], number: int, blocks: int = 1) -> NDArray[np.float64]:
    """Values of metrics on the same resamples, each of which is drawn once.

    Args:
        metrics: ``M`` of them, on weights.
        number: of the images.
        blocks: times :data:`RESAMPLES` resamples.

    Returns:
        ``(M, 1 + B)``: of all images, then of each resample.
    """
    weights = chain([np.ones((1, number))], (resamples(number, seed=block) for block in range(blocks)))  # one block in memory at a time
    return np.concatenate([np.stack([metric(rows) for metric in metrics]) for rows in weights], 1)


def difference(first: NDArray[np.float64], second: NDArray[np.float64], confidence: float = 0.95) -> BootstrapDifference:
    """Difference of a metric of A and of B on the same resamples (paired bootstrap).

    The p-value is twice the smaller share of resamples on either side of 0, both counted with one more resample; at least ``2 / (B + 1)``.
    Resamples in which a metric is NaN do not count; with no other, interval and p-value are NaN.

    Args:
        first: ``(1 + B,)`` of A, a row of :func:`distributions`; more resamples make the p-value finer.
        second: of B.
        confidence: level of the interval, in (0, 1).
    """
    value, found = first[0] - second[0], first[1:] - second[1:]
    found = found[np.isfinite(found)]
    if not len(found):
        return BootstrapDifference(float(value), *[float('nan')] * 3)
    low, high = np.quantile(found, [(1 - confidence) / 2, (1 + confidence) / 2])
    smaller = min((found <= 0).sum(), (found >= 0).sum())
    p_value = min(1.0, 2 * (smaller + 1) / (len(found) + 1))
    return BootstrapDifference(float(value), float(low), float(high), float(p_value))


def mean_of(values: ArrayLike) -> Metric:
    """The mean of one number of each image, ``(n,)``; NaN does not count."""
    numbers = np.asarray(values, np.float64)
    known = np.isfinite(numbers)
    filled = np.where(known, numbers, 0.0)

    def metric(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        with np.errstate(invalid='ignore'):
            return (weights @ filled) / (weights @ known)

    return metric


def share_of(hits: ArrayLike, shown: ArrayLike) -> Metric:
    """The share of right answers where an image is shown several times, or never: images are resampled, and not answers.

    Args:
        hits: ``(n,)`` number of right answers for each image.
        shown: ``(n,)`` how often each image is shown.
    """
    right, asked = np.asarray(hits, np.float64), np.asarray(shown, np.float64)

    def metric(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        total = weights @ asked
        return np.divide(weights @ right, total, out=np.full(len(total), np.nan), where=total > 0)

    return metric


def mean_ratio_of(above: ArrayLike, below: ArrayLike) -> Metric:
    """The mean over groups of the ratio of two sums over images, e.g. of the errors of a model and of a baseline under each corruption.

    Args:
        above: ``(n, G)``.
        below: ``(n, G)``. The metric is NaN for a resample in which the sum of a group is not positive.
    """
    upper, lower = np.asarray(above, np.float64), np.asarray(below, np.float64)

    def metric(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        total = weights @ lower
        return np.divide(weights @ upper, total, out=np.full(total.shape, np.nan), where=total > 0).mean(1)

    return metric


def calibration_error_of(confidence: ArrayLike, correct: ArrayLike, num_bins: int = 15) -> Metric:
    """Expected calibration error, with the bins of :func:`ofer.evaluation.functional.reliability`.

    Args:
        confidence: ``(n,)`` probability of the predicted class, in [0, 1]; NaN does not count.
        correct: ``(n,)`` bool.
        num_bins: ``B``.
    """
    sure, right = np.asarray(confidence, np.float64), np.asarray(correct, np.float64)
    known = np.isfinite(sure)
    inside = (bin_of(np.where(known, sure, 0.0), num_bins)[:, None] == np.arange(num_bins)) & known[:, None]
    gaps = np.where(known, sure - right, 0.0)[:, None] * inside

    def metric(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        with np.errstate(invalid='ignore'):
            return np.abs(weights @ gaps).sum(1) / (weights @ known)

    return metric


def balanced_accuracy_of(target: ArrayLike, correct: ArrayLike) -> Metric:
    """Mean recall of the classes that occur in a resample.

    Args:
        target: ``(n,)`` true classes.
        correct: ``(n,)`` bool.
    """
    labels, right = np.asarray(target), np.asarray(correct, np.float64)
    members = (labels[:, None] == np.unique(labels)[None]).astype(np.float64)

    def metric(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        support = weights @ members
        hits = weights @ (members * right[:, None])
        recall = np.divide(hits, support, out=np.full(hits.shape, np.nan), where=support > 0)
        return np.nanmean(recall, 1)

    return metric


def macro_f1_of(target: ArrayLike, prediction: ArrayLike, classes: ArrayLike) -> Metric:
    """Mean F1 of some classes; one that occurs neither among the true nor among the predicted of a resample does not count.

    Args:
        target: ``(n,)`` true classes.
        prediction: ``(n,)`` predicted classes.
        classes: whose F1 is averaged.
    """
    chosen = np.asarray(classes)[None]
    true, found = ((np.asarray(values)[:, None] == chosen).astype(np.float64) for values in (target, prediction))

    def metric(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        total = weights @ (true + found)
        f1 = np.divide(2 * (weights @ (true * found)), total, out=np.full(total.shape, np.nan), where=total > 0)
        return np.nanmean(f1, 1)

    return metric
