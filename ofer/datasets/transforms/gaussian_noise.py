"""Additive noise, an augmentation of several recipes of expression recognition."""

import numpy as np
import torch
from mmcv.transforms import BaseTransform

from ofer.registry import TRANSFORMS


def add_noise(img: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """The sum of an image ``(H, W, C)`` uint8 and noise of the same shape, rounded, in [0, 255]."""
    return np.clip(np.rint(img + noise), 0, 255).astype(np.uint8)


@TRANSFORMS.register_module()
class GaussianNoise(BaseTransform):
    """Add to each value of ``img`` an independent number from a normal distribution of mean 0.

    Args:
        variance: of the numbers, in squared units of pixels in [0, 255].
        prob: share of the images that get noise.

    Raises:
        ValueError: a negative variance, or ``prob`` outside [0, 1].
    """

    def __init__(self, variance: float = 30.0, prob: float = 1.0) -> None:
        if variance < 0 or not 0 <= prob <= 1:
            raise ValueError(f'variance={variance}, prob={prob}: expected a variance of at least 0 and a share in [0, 1]')
        self.variance, self.prob = variance, prob

    def transform(self, results: dict) -> dict:
        if torch.rand(()) < self.prob:
            results['img'] = add_noise(results['img'], torch.randn(results['img'].shape).numpy() * self.variance**0.5)
        return results

    def __repr__(self) -> str:
        return f'GaussianNoise(variance={self.variance}, prob={self.prob})'
