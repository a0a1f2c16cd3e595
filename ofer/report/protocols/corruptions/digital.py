"""Contrast, elastic transform, pixelation, JPEG compression."""

import cv2
import numpy as np
import torch
from torch.nn import functional as F

from ofer.report.protocols.corruptions.blurs import channels_first, channels_last, gaussian
from ofer.report.randomness import uniform


def contrast(x: np.ndarray, keys: np.ndarray, severity: int) -> np.ndarray:
    """Move values towards the mean of the image."""
    del keys
    mean = x.mean((1, 2), keepdims=True)
    return (x - mean) * (0.4, 0.3, 0.2, 0.1, 0.05)[severity - 1] + mean


def elastic_transform(x: np.ndarray, keys: np.ndarray, severity: int) -> np.ndarray:
    """Shift the pixels smoothly.

    The shift is uniform noise, smoothed and scaled to its largest length: 1.5, 2.5, 3.5, 4.5 and 6 % of the image. The deviation of the
    smoothing is 8, 6, 5, 4 and 4 %.
    """
    length = (0.015, 0.025, 0.035, 0.045, 0.06)[severity - 1]
    smooth = (0.08, 0.06, 0.05, 0.04, 0.04)[severity - 1]
    n, side = x.shape[:2]
    rough = (2 * uniform(keys, 2 * side * side).reshape(n, side, side, 2) - 1).astype(np.float32)
    shift = gaussian(rough, smooth * side)
    shift *= 2 * length / np.maximum(np.abs(shift).max((1, 2, 3), keepdims=True), 1e-6)  # the grid reaches from -1 to 1
    grid = F.affine_grid(torch.eye(2, 3)[None].repeat(n, 1, 1), [n, 3, side, side], align_corners=False) + torch.from_numpy(shift)
    return channels_last(F.grid_sample(channels_first(x), grid, align_corners=False, padding_mode='reflection'))


def pixelate(x: np.ndarray, keys: np.ndarray, severity: int) -> np.ndarray:
    """Reduce the image and enlarge it without interpolation."""
    del keys
    side = max(1, int(x.shape[1] * (0.6, 0.5, 0.4, 0.3, 0.25)[severity - 1]))
    small = F.interpolate(channels_first(x), size=(side, side), mode='area')
    return channels_last(F.interpolate(small, size=tuple(x.shape[1:3]), mode='nearest-exact'))


def jpeg_compression(x: np.ndarray, keys: np.ndarray, severity: int) -> np.ndarray:
    """Write the image as JPEG and read it."""
    del keys
    options = [cv2.IMWRITE_JPEG_QUALITY, (25, 18, 15, 10, 7)[severity - 1]]
    pictures = np.round(x[..., ::-1] * 255).astype(np.uint8)
    found = [np.asarray(cv2.imdecode(cv2.imencode('.jpg', picture, options)[1], cv2.IMREAD_COLOR)) for picture in pictures]
    return np.stack(found)[..., ::-1].astype(np.float32) / 255
