"""Calibration of a network after its training: the temperature of its probabilities, and thresholds of its scores.

Temperature scaling (Guo et al. 2017) is one number that makes a network as sure as it is right, and changes no answer.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

LIMITS = (0.05, 20.0)


def with_temperature(scores: ArrayLike, temperature: float) -> NDArray[np.float64]:
    """Probabilities at another temperature.

    Args:
        scores: ``(..., K)``, probabilities; their logarithm differs from the network's logits by a constant, which softmax does not see.
        temperature: above 0; above 1 makes less sure, below 1 surer.

    Returns:
        ``(..., K)``: ``softmax(log(scores) / temperature)``.

    Raises:
        ValueError: the temperature is not positive.

    >>> with_temperature([0.8, 0.2], 2.0).round(3).tolist()
    [0.667, 0.333]
    """
    if temperature <= 0:
        raise ValueError(f'temperature={temperature}: expected a number above 0')
    logits = np.log(np.clip(np.asarray(scores, dtype=np.float64), 1e-12, None)) / temperature
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def negative_log_likelihood(target: ArrayLike, scores: ArrayLike) -> float:
    """Mean of ``-log`` of the probability of the truth, nats.

    Args:
        target: ``(N,)``, class indices.
        scores: ``(N, K)``, probabilities.
    """
    target, scores = np.asarray(target), np.asarray(scores, dtype=np.float64)
    return float(-np.log(np.clip(scores[np.arange(len(target)), target], 1e-12, None)).mean())


def fit_temperature(target: ArrayLike, scores: ArrayLike) -> float:
    """The temperature at which the truth is most likely.

    Args:
        target: ``(N,)``, class indices, of images that were not trained on.
        scores: ``(N, K)``, probabilities at temperature 1.

    Returns:
        A number in [0.05, 20].

    Raises:
        ValueError: there are no images.
    """
    from scipy.optimize import minimize_scalar  # takes long to import, and only what fits needs it

    if len(np.asarray(target)) == 0:
        raise ValueError('no predictions to fit a temperature to')

    def loss(exponent: float) -> float:
        return negative_log_likelihood(target, with_temperature(scores, float(np.exp(exponent))))

    return float(np.exp(minimize_scalar(loss, bounds=tuple(np.log(LIMITS)), method='bounded').x))


def fit_threshold(negative: ArrayLike, positive: ArrayLike, false_alarms: float = 0.05) -> float:
    """The threshold with the greatest difference of hits and false alarms (Youden 1950), within a limit of false alarms.

    Args:
        negative: ``(N,)``, scores of samples that should stay below the threshold.
        positive: ``(M,)``, scores of samples that should reach it.
        false_alarms: greatest share of the negative samples that may reach it.

    Returns:
        A number between two neighbouring scores, or above all of them.

    Raises:
        ValueError: a group is empty, a score is not finite, or ``false_alarms`` is not a share.

    >>> fit_threshold([0.0, 0.1, 0.2], [0.6, 0.8])
    0.4
    """
    negative, positive = np.sort(np.asarray(negative, np.float64)), np.sort(np.asarray(positive, np.float64))
    if not len(negative) or not len(positive) or not np.isfinite(np.concatenate([negative, positive])).all():
        raise ValueError(f'{len(negative)} negative and {len(positive)} positive scores: expected some of both, all finite')
    if not 0 <= false_alarms <= 1:
        raise ValueError(f'false_alarms={false_alarms}: expected a share in [0, 1]')
    scores = np.unique(np.concatenate([negative, positive]))
    candidates = np.append((scores[:-1] + scores[1:]) / 2, np.nextafter(scores[-1], np.inf))
    alarms = 1 - np.searchsorted(negative, candidates) / len(negative)
    hits = 1 - np.searchsorted(positive, candidates) / len(positive)
    gain = np.where(alarms <= false_alarms, hits - alarms, -np.inf)
    return float(candidates[len(gain) - 1 - gain[::-1].argmax()])  # of equal ones the one with the fewest false alarms
