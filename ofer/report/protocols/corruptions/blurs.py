"""Defocus, glass, motion and zoom blur."""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ofer.report.randomness import uniform

REFERENCE_SIZE = 224
"""Height and width of the images for which lengths are given, pixels."""


def scaled(length: float, x: np.ndarray) -> float:
    """A length in pixels of 224, in pixels of the images."""
    return length * x.shape[1] / REFERENCE_SIZE


def channels_first(x: np.ndarray) -> Tensor:
    """``(N, H, W, 3)`` as ``(N, 3, H, W)``."""
    return torch.from_numpy(np.ascontiguousarray(x)).permute(0, 3, 1, 2)


def channels_last(x: Tensor) -> np.ndarray:
    """``(N, 3, H, W)`` as ``(N, H, W, 3)``."""
    return x.permute(0, 2, 3, 1).contiguous().numpy()


def convolved(x: np.ndarray, kernels: Tensor) -> np.ndarray:
    """Convolve each image with a kernel of its own, or all with one; the border is mirrored.

    Args:
        x: ``(N, H, W, C)`` float32.
        kernels: ``(N or 1, k, k)``, k odd, each with sum 1.
    """
    images = channels_first(x)
    n, channels = images.shape[:2]
    half = kernels.shape[-1] // 2
    padded = F.pad(images, (half, half, half, half), mode='reflect' if half < x.shape[1] else 'replicate')
    weight = kernels.to(images.dtype).expand(n, -1, -1).repeat_interleave(channels, 0)[:, None]
    return channels_last(F.conv2d(padded.reshape(1, n * channels, *padded.shape[2:]), weight, groups=n * channels).reshape(images.shape))


def gaussian(x: np.ndarray, sigma: float) -> np.ndarray:
    """Blur with a normal kernel, up to three deviations away."""
    half = max(1, int(np.ceil(3 * sigma)))
    line = torch.exp(-(torch.arange(-half, half + 1) ** 2) / (2 * sigma**2))
    kernel = line[:, None] * line[None]
    return convolved(x, (kernel / kernel.sum())[None])


def defocus_blur(x: np.ndarray, keys: np.ndarray, severity: int) -> np.ndarray:
    """Blur with a disk."""
    del keys
    radius = scaled((3, 4, 6, 8, 10)[severity - 1], x)
    half, parts = int(np.ceil(radius)), 8
    fine = (torch.arange((2 * half + 1) * parts) + 0.5) / parts - half - 0.5
    inside = (fine[:, None] ** 2 + fine[None] ** 2 <= radius**2).float()
    kernel = F.avg_pool2d(inside[None, None], parts)[0]  # a pixel at the rim counts by the share that lies inside
    return convolved(x, kernel / kernel.sum())


def glass_blur(x: np.ndarray, keys: np.ndarray, severity: int) -> np.ndarray:
    """Blur, let every pixel change places with near ones, and blur again."""
    sigma, reach = ((0.7, 1), (0.9, 2), (1.0, 2), (1.1, 3), (1.5, 4))[severity - 1]
    sigma, far = max(scaled(sigma, x), 0.3), max(scaled(reach, x), 0.6)
    n, height, width = x.shape[:3]
    moved = (2 * uniform(keys, 2 * height * width).reshape(n, 2, height, width) - 1) * (far + 0.5)
    rows = np.clip(np.arange(height)[:, None] + np.round(moved[:, 0]), 0, height - 1).astype(int)
    columns = np.clip(np.arange(width)[None] + np.round(moved[:, 1]), 0, width - 1).astype(int)
    return gaussian(gaussian(x, sigma)[np.arange(n)[:, None, None], rows, columns], sigma)


def motion_blur(x: np.ndarray, keys: np.ndarray, severity: int) -> np.ndarray:
    """Blur along a line in a direction of between -45 and 45 degrees."""
    radius, sigma = ((10, 3), (15, 5), (15, 8), (15, 12), (20, 15))[severity - 1]
    angles = np.deg2rad(uniform(keys, 1)[:, 0] * 90 - 45)
    return convolved(x, line_kernels(angles, scaled(radius, x), max(scaled(sigma, x), 0.3)))


def line_kernels(angles: np.ndarray, radius: float, sigma: float) -> Tensor:
    """Kernels that smear to one side along a line, with falling weights.

    Args:
        angles: ``(N,)``, radians from the horizontal.
        radius: length of the line, pixels.
        sigma: deviation of the weights, pixels.

    Returns:
        ``(N, k, k)`` float32, sums 1.
    """
    half = max(1, int(np.ceil(radius)))
    steps = np.linspace(0, radius, 4 * half + 1)
    weights = np.exp(-(steps**2) / (2 * sigma**2))
    x, y = half + steps * np.cos(angles)[:, None], half + steps * np.sin(angles)[:, None]
    kernels = np.zeros((len(angles), 2 * half + 2, 2 * half + 2))
    image = np.arange(len(angles))[:, None]
    for down in (0, 1):
        for right in (0, 1):  # each point falls on four cells
            row, column = np.floor(y).astype(int) + down, np.floor(x).astype(int) + right
            np.add.at(kernels, (image, row, column), weights * (1 - np.abs(y - row)) * (1 - np.abs(x - column)))
    found = kernels[:, : 2 * half + 1, : 2 * half + 1]
    return torch.from_numpy((found / found.sum((1, 2), keepdims=True)).astype(np.float32))


def zoom_blur(x: np.ndarray, keys: np.ndarray, severity: int) -> np.ndarray:
    """The mean of the image and of views that come closer."""
    del keys
    last, step = ((1.11, 0.01), (1.16, 0.01), (1.21, 0.02), (1.26, 0.02), (1.31, 0.03))[severity - 1]
    factors = np.arange(1 + step, last, step)
    images = channels_first(x)
    total = images.clone()
    for factor in factors:
        turn = torch.eye(2, 3)[None].repeat(len(x), 1, 1) / float(factor)
        grid = F.affine_grid(turn, list(images.shape), align_corners=False)
        total += F.grid_sample(images, grid, align_corners=False, padding_mode='reflection')
    return channels_last(total / (len(factors) + 1))
