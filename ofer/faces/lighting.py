"""Lighting of images for detectors."""

import numpy as np

_DARKEST, _BRIGHTEST = 16.0, 240.0
_RANGE = 110.0  # grey levels: images with a smaller range are stretched
_NOISE = 6.0  # grey levels: a range that is smaller still holds no face


def stretch(grey: np.ndarray) -> np.ndarray:
    """Spread the grey levels of dark and pale images, whose faces are missed otherwise; other images are returned unchanged.

    Args:
        grey: ``(H, W)`` uint8.

    Returns:
        ``(H, W)`` uint8.

    >>> night = np.linspace(0, 20, 64).astype(np.uint8).reshape(8, 8)
    >>> int(stretch(night).max())
    240
    """
    low, high = np.percentile(grey[:: max(1, len(grey) // 256), :: max(1, grey.shape[1] // 256)], (1, 99))
    if not _NOISE <= high - low < _RANGE:
        return grey
    levels = np.clip((np.arange(256) - low) * ((_BRIGHTEST - _DARKEST) / (high - low)) + _DARKEST, 0, _BRIGHTEST)
    return levels.round().astype(np.uint8)[grey]
