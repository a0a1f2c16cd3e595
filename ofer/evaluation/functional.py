"""Metrics of a classifier, from true and predicted class indices. Shares in [0, 1]; the names are those of the literature.

Accuracy is the weighted average recall (WAR): the share of correct images. Balanced accuracy is the unweighted average recall (UAR): the
mean recall over classes. Papers confuse the two, so no metric here is called just "recall" or "mean accuracy".
"""

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray


def confusion_matrix(target: ArrayLike, prediction: ArrayLike, num_classes: int) -> NDArray[np.int64]:
    """Counts of each pair of true and predicted class.

    Args:
        target: ``(N,)`` true classes in ``[0, K)``.
        prediction: ``(N,)`` predicted classes in ``[0, K)``.
        num_classes: ``K``.

    Returns:
        ``(K, K)``: row = true class, column = predicted class.

    Raises:
        ValueError: no samples, different lengths, or a class outside ``[0, K)``.
    """
    from sklearn import metrics

    target, prediction = np.asarray(target), np.asarray(prediction)
    if target.ndim != 1 or target.shape != prediction.shape or not target.size:
        raise ValueError(f'expected two lists of the same length > 0, got shapes {target.shape} and {prediction.shape}')
    for name, values in (('target', target), ('prediction', prediction)):
        if values.min() < 0 or values.max() >= num_classes:
            raise ValueError(f'{name} holds class {values.min() if values.min() < 0 else values.max()}, outside [0, {num_classes})')
    return metrics.confusion_matrix(target, prediction, labels=np.arange(num_classes))


def accuracy(target: ArrayLike, prediction: ArrayLike) -> float:
    """Share of correct samples (WAR). Arguments as in :func:`confusion_matrix`."""
    from sklearn import metrics

    return float(metrics.accuracy_score(target, prediction))


def recall_per_class(target: ArrayLike, prediction: ArrayLike, num_classes: int) -> NDArray[np.float64]:
    """Share of the samples of each class that are predicted correctly.

    Returns:
        ``(K,)``; NaN for a class without samples. Arguments as in :func:`confusion_matrix`.
    """
    matrix = confusion_matrix(target, prediction, num_classes)
    support = matrix.sum(1)
    return np.divide(np.diag(matrix), support, out=np.full(num_classes, np.nan), where=support > 0)


def balanced_accuracy(target: ArrayLike, prediction: ArrayLike, num_classes: int) -> float:
    """Mean recall of the classes that have samples (UAR). Arguments as in :func:`confusion_matrix`."""
    return float(np.nanmean(recall_per_class(target, prediction, num_classes)))


def macro_f1(target: ArrayLike, prediction: ArrayLike, classes: Collection[int] | None = None) -> float:
    """Mean F1 of the classes that occur among the true or the predicted.

    Args:
        target: as in :func:`confusion_matrix`, and so is ``prediction``.
        prediction: see there.
        classes: the mean is over these only, for a model with classes that the set does not have. None: over all.
    """
    from sklearn import metrics

    occurring = np.union1d(target, prediction)
    labels = occurring if classes is None else np.intersect1d(occurring, list(classes))
    return float(metrics.f1_score(target, prediction, labels=labels, average='macro', zero_division=0.0))


def f1_accuracy(target: ArrayLike, prediction: ArrayLike, classes: Collection[int] | None = None) -> float:
    """0.67 macro-F1 + 0.33 accuracy, the score of the ABAW challenges of 2020 and 2021, also reported in the logs of ORSANet.

    Arguments as in :func:`macro_f1`.
    """
    return 0.67 * macro_f1(target, prediction, classes) + 0.33 * accuracy(target, prediction)


class Reliability(NamedTuple):
    """Samples in bins of equal width by the probability of their predicted class; bin ``i`` of ``B`` is ``(i / B, (i + 1) / B]``."""

    samples: NDArray[np.int64]
    """``(B,)`` how many are in each bin."""
    confidence: NDArray[np.float64]
    """``(B,)`` their mean probability of the predicted class; NaN where there are none."""
    accuracy: NDArray[np.float64]
    """``(B,)`` share of them that is right; NaN where there are none."""

    @property
    def expected_calibration_error(self) -> float:
        """Mean distance of confidence and accuracy over samples (Guo et al., 2017, Eq. 3)."""
        distance = np.abs(self.confidence - self.accuracy)
        return float((self.samples * np.nan_to_num(distance)).sum() / self.samples.sum())


def reliability(target: ArrayLike, scores: ArrayLike, num_bins: int = 15) -> Reliability:
    """Accuracy of a classifier by its confidence.

    torchmetrics is not used here: it counts a probability of exactly 1, which float32 often gives, as a bin of its own.

    Args:
        target: ``(N,)`` true classes in ``[0, K)``.
        scores: ``(N, K)`` probabilities.
        num_bins: ``B``.

    Raises:
        ValueError: no samples, shapes that do not fit, or a score outside [0, 1].
    """
    target, scores = np.asarray(target), np.asarray(scores, dtype=np.float64)
    if scores.ndim != 2 or target.shape != scores.shape[:1] or not target.size:
        raise ValueError(f'expected targets (N,) and scores (N, K) with N > 0, got shapes {target.shape} and {scores.shape}')
    confidence = scores.max(1)
    if not (scores.min() >= 0 and confidence.max() <= 1 + 1e-6):
        raise ValueError(f'scores lie in [{scores.min()}, {scores.max()}], and probabilities in [0, 1]')
    bins = bin_of(confidence, num_bins)
    count = np.bincount(bins, minlength=num_bins)
    means = [
        np.divide(np.bincount(bins, values, num_bins), count, out=np.full(num_bins, np.nan), where=count > 0)
        for values in (confidence, scores.argmax(1) == target)
    ]
    return Reliability(count, *means)


def bin_of(confidence: NDArray[np.float64], num_bins: int) -> NDArray[np.int64]:
    """Bin of each confidence in [0, 1], see :class:`Reliability`; 0 is in the first."""
    return np.clip(np.ceil(confidence * num_bins).astype(np.int64) - 1, 0, num_bins - 1)


def brier_scores(target: ArrayLike, scores: ArrayLike) -> NDArray[np.float64]:
    """Squared distance of the probabilities from the truth, summed over classes; their mean is the Brier score.

    Args:
        target: ``(N,)`` true classes in ``[0, K)``.
        scores: ``(N, K)`` probabilities.

    Returns:
        ``(N,)`` in [0, 2]; 0 = sure and right.
    """
    target, scores = np.asarray(target), np.asarray(scores, dtype=np.float64)
    return ((scores - np.eye(scores.shape[1])[target]) ** 2).sum(1)


def wilson_interval(successes: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson score interval of a share; it keeps its level also for small samples and shares near 0 or 1.

    Args:
        successes: number of correct samples.
        trials: number of samples, > 0.
        confidence: level in (0, 1).

    Returns:
        Lower and upper end in [0, 1].

    Raises:
        ValueError: ``trials`` is not positive or ``successes`` not in ``[0, trials]``.
    """
    if not 0 <= successes <= trials or trials < 1:
        raise ValueError(f'successes={successes}, trials={trials}: expected 0 <= successes <= trials and trials > 0')
    from scipy.stats import binomtest

    interval = binomtest(int(successes), int(trials)).proportion_ci(confidence, method='wilson')
    return float(interval.low), float(interval.high)
