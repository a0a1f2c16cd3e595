"""Temperature scaling (Guo et al. 2017): one number that makes a network as sure as it is right, and changes no answer."""

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
