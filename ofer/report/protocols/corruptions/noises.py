"""Gaussian noise, shot noise, impulse noise."""

from functools import cache

import numpy as np
from scipy.stats import poisson

from ofer.report.randomness import normal, uniform

LEVELS = 4096
"""Steps into which the unit interval is cut for shot noise."""


def gaussian_noise(x: np.ndarray, keys: np.ndarray, severity: int) -> np.ndarray:
    """Add normal noise.

    Args:
        x: ``(N, H, W, 3)`` float32 in [0, 1].
        keys: ``(N,)`` uint64 of the images.
        severity: 1 to 5.

    Returns:
        As ``x``; values outside of [0, 1] are clipped later. All corruptions have these arguments.
    """
    deviation = (0.08, 0.12, 0.18, 0.26, 0.38)[severity - 1]
    return x + deviation * normal(keys, x[0].size).reshape(x.shape)


def shot_noise(x: np.ndarray, keys: np.ndarray, severity: int) -> np.ndarray:
    """Count photons: a Poisson variable with mean ``photons * x``, over ``photons``."""
    photons = (60, 25, 12, 5, 3)[severity - 1]
    value = np.round(x * 255).astype(np.int64)
    step = (uniform(keys, x[0].size).reshape(x.shape) * LEVELS).astype(np.int64)
    return (_poisson_table(photons)[value, step] / np.float32(photons)).astype(np.float32)


def impulse_noise(x: np.ndarray, keys: np.ndarray, severity: int) -> np.ndarray:
    """Make a share of the values 0 or 1."""
    amount = (0.03, 0.06, 0.09, 0.17, 0.27)[severity - 1]
    number = uniform(keys, x[0].size).reshape(x.shape)
    return np.where(number < amount / 2, np.float32(0), np.where(number < amount, np.float32(1), x))


@cache
def _poisson_table(photons: int) -> np.ndarray:
    """Number of photons, ``(256, LEVELS)`` int16: the quantiles of the distribution of each value."""
    levels = (np.arange(LEVELS) + 0.5) / LEVELS
    counts = np.arange(4 * photons + 40)
    return np.stack([np.searchsorted(poisson.cdf(counts, photons * value / 255), levels) for value in range(256)]).astype(np.int16)
