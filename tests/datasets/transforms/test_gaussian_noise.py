"""Additive noise: its variance, its limits, and a pipeline."""

import numpy as np
import pytest
import torch

from ofer.datasets import GaussianNoise
from ofer.datasets.transforms.gaussian_noise import add_noise
from ofer.registry import TRANSFORMS

GREY = np.full((64, 64, 3), 127, np.uint8)


def test_sum_is_rounded_and_stays_in_range() -> None:
    noise = np.array([[[0.4, 0.6, -300.0]], [[300.0, -0.6, 0.0]]])
    assert add_noise(np.full((2, 1, 3), 100, np.uint8), noise).tolist() == [[[100, 101, 0]], [[255, 99, 100]]]


def test_variance() -> None:
    torch.manual_seed(0)
    noisy = TRANSFORMS.build(dict(type='GaussianNoise', variance=30))({'img': GREY})['img']
    assert noisy.dtype == np.uint8
    difference = noisy.astype(float) - 127
    assert difference.mean() == pytest.approx(0, abs=0.2)
    assert difference.var() == pytest.approx(30, rel=0.05)  # rounding adds 1 / 12
    assert (GREY == 127).all()  # the image of the data set is unchanged


def test_share_of_images() -> None:
    torch.manual_seed(0)
    changed = [(GaussianNoise(prob=0.3)({'img': GREY})['img'] != 127).any() for _ in range(200)]
    assert 40 < sum(changed) < 80
    assert not (GaussianNoise(variance=0)({'img': GREY})['img'] != 127).any()


@pytest.mark.parametrize('arguments', [{'variance': -1}, {'prob': 1.5}])
def test_bad_arguments(arguments: dict) -> None:
    with pytest.raises(ValueError, match='expected a variance'):
        GaussianNoise(**arguments)
