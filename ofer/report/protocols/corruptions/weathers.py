"""Snow, frost, fog and brightness."""

import numpy as np
import torch
from torch.nn import functional as F

from ofer.report.protocols.corruptions.blurs import convolved, line_kernels, scaled
from ofer.report.randomness import normal, uniform


def clouds(keys: np.ndarray, side: int, decay: float) -> np.ndarray:
    """Noise with structures of all sizes, ``(N, side, side)`` float32 in [0, 1], each image from 0 to 1.

    Args:
        keys: ``(N,)`` uint64.
        side: height and width, pixels.
        decay: factor by which structures of half the size are weaker.
    """
    total = np.zeros((len(keys), side, side), np.float32)
    cells, weight, start = 2, 1.0, 0
    numbers = uniform(keys, sum((2**k + 1) ** 2 for k in range(1, 8))).astype(np.float32)
    while cells <= min(side, 128):
        count = (cells + 1) ** 2
        coarse = torch.from_numpy(numbers[:, start : start + count].reshape(-1, 1, cells + 1, cells + 1).copy())
        total += weight * F.interpolate(coarse, size=(side, side), mode='bilinear', align_corners=True)[:, 0].numpy()
        start, cells, weight = start + count, 2 * cells, weight / decay
    low, high = total.min((1, 2), keepdims=True), total.max((1, 2), keepdims=True)
    return (total - low) / np.maximum(high - low, 1e-6)


def fog(x: np.ndarray, keys: np.ndarray, severity: int) -> np.ndarray:
    """Add clouds, and reduce the contrast so that the brightest pixel stays as it is."""
    strength, decay = ((1.5, 2.0), (2.0, 2.0), (2.5, 1.7), (2.5, 1.5), (3.0, 1.4))[severity - 1]
    brightest = x.max((1, 2, 3), keepdims=True)
    return (x + strength * clouds(keys, x.shape[1], decay)[..., None]) * brightest / (brightest + strength)


def frost(x: np.ndarray, keys: np.ndarray, severity: int) -> np.ndarray:
    """Lay a bluish white texture of ridges over the image."""
    kept, added = ((1.0, 0.4), (0.8, 0.6), (0.7, 0.7), (0.65, 0.7), (0.6, 0.75))[severity - 1]
    ridges = (1 - np.abs(2 * clouds(keys, x.shape[1], 1.3) - 1)) ** 2
    tint = np.array([0.85, 0.93, 1.0], np.float32)
    return kept * x + added * ridges[..., None] * tint


def snow(x: np.ndarray, keys: np.ndarray, severity: int) -> np.ndarray:
    """Whiten the image and add flakes that fall aslant."""
    mean, deviation, zoom, least, length, kept = (
        (0.1, 0.3, 3.0, 0.5, 10, 0.8),
        (0.2, 0.3, 2.0, 0.5, 12, 0.7),
        (0.55, 0.3, 4.0, 0.9, 12, 0.7),
        (0.55, 0.3, 4.5, 0.85, 12, 0.65),
        (0.55, 0.3, 2.5, 0.85, 12, 0.55),
    )[severity - 1]
    n, side = x.shape[:2]
    cells = max(2, int(np.ceil(side / max(scaled(zoom, x), 1))))
    coarse = torch.from_numpy(mean + deviation * normal(keys, cells * cells).reshape(n, 1, cells, cells))
    flakes = F.interpolate(coarse, size=(side, side), mode='bilinear', align_corners=False)[:, 0].numpy()
    flakes = np.where(flakes < least, 0, np.clip(flakes, 0, 1)).astype(np.float32)[..., None]
    angles = np.deg2rad(uniform(keys ^ np.uint64(1), 1)[:, 0] * 90 - 135)
    flakes = convolved(flakes, line_kernels(angles, max(scaled(length, x), 1), max(scaled(length / 2, x), 0.5)))
    grey = x @ np.array([0.299, 0.587, 0.114], np.float32)
    whiter = kept * x + (1 - kept) * np.maximum(x, grey[..., None] * 1.5 + 0.5)
    return whiter + flakes + flakes[:, ::-1, ::-1]


def brightness(x: np.ndarray, keys: np.ndarray, severity: int) -> np.ndarray:
    """Raise the value of the HSV colours."""
    del keys
    raised = (0.1, 0.2, 0.3, 0.4, 0.5)[severity - 1]
    value = x.max(-1, keepdims=True)
    brighter = np.minimum(value + raised, 1)
    return np.where(value > 0, x * brighter / np.maximum(value, 1e-6), brighter)
