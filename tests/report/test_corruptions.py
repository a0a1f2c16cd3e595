"""The fifteen corruptions: values by hand where there is a formula, limits and order everywhere."""

import cv2
import numpy as np
import pytest
import torch

from ofer.report.protocols.base import Batch
from ofer.report.protocols.corruptions import CORRUPTIONS, corruption_conditions
from ofer.report.protocols.corruptions.blurs import convolved, gaussian, line_kernels
from ofer.report.protocols.corruptions.weathers import clouds
from ofer.report.randomness import image_keys


@pytest.fixture(scope='module')
def batch() -> Batch:
    """Smooth pictures with edges, 40 of 64 x 64 pixels."""
    rng = np.random.default_rng(0)
    images = np.stack([cv2.resize(rng.integers(0, 256, (5, 5, 3), dtype=np.uint8), (64, 64)) for _ in range(40)])
    images[:, 20:40, 20:40] = 30
    return Batch([f'face{i}' for i in range(40)], images)


def drawn(batch: Batch, name: str, severity: int) -> np.ndarray:
    [condition] = [c for c in corruption_conditions((severity,), 0) if c.facts['corruption'] == name]
    return condition.draw(batch).images


@pytest.mark.parametrize('name', CORRUPTIONS)
def test_every_corruption(name: str, batch: Batch) -> None:
    """Stronger with severity, the same for every batch, and different from the image."""
    distance = []
    for severity in (1, 3, 5):
        found = drawn(batch, name, severity)
        assert found.dtype == np.uint8
        assert found.shape == batch.images.shape
        distance.append(np.abs(found.astype(float) - batch.images).mean())
    assert 0 < distance[0] < distance[2], distance
    part = drawn(Batch(batch.names[32:], batch.images[32:]), name, 3)
    assert (part == drawn(batch, name, 3)[32:]).all()


def test_there_are_seventy_five() -> None:
    assert len({c.name for c in corruption_conditions((1, 2, 3, 4, 5), 0)}) == 75


def test_by_formula(batch: Batch) -> None:
    x = batch.images / 255
    keys = image_keys(batch.names, 'x')
    assert np.allclose(CORRUPTIONS['contrast'](x, keys, 5), x.mean((1, 2), keepdims=True) * 0.95 + 0.05 * x)
    brighter = CORRUPTIONS['brightness'](x, keys, 1)
    assert np.allclose(brighter.max(-1), np.minimum(x.max(-1) + 0.1, 1))
    assert np.allclose(brighter.min(-1) / brighter.max(-1), x.min(-1) / x.max(-1))  # hue and saturation stay
    small = CORRUPTIONS['pixelate'](x.astype(np.float32), keys, 2)
    assert np.allclose(small[:, ::2, ::2], x.reshape(40, 32, 2, 32, 2, 3).mean((2, 4)), atol=1e-5)
    noisy = CORRUPTIONS['gaussian_noise'](x, keys, 2) - x
    assert noisy.std() == pytest.approx(0.12, rel=0.02)
    grey = np.full((20, 32, 32, 3), 0.5)
    shots = CORRUPTIONS['shot_noise'](grey, image_keys([str(i) for i in range(20)], 'x'), 2)
    assert shots.mean() == pytest.approx(0.5, abs=0.01)
    assert shots.std() == pytest.approx(np.sqrt(0.5 / 25), rel=0.03)  # of a Poisson variable
    flipped = CORRUPTIONS['impulse_noise'](grey, image_keys([str(i) for i in range(20)], 'x'), 5)
    assert ((flipped == 0) | (flipped == 1)).mean() == pytest.approx(0.27, abs=0.01)


def test_blurs_keep_what_is_even(batch: Batch) -> None:
    even = np.full((2, 32, 32, 3), 0.4, np.float32)
    keys = image_keys(['a', 'b'], 'x')
    for name in ('defocus_blur', 'glass_blur', 'motion_blur', 'zoom_blur', 'elastic_transform', 'pixelate'):
        assert np.allclose(CORRUPTIONS[name](even, keys, 4), even, atol=1e-5), name


def test_convolution_against_opencv(batch: Batch) -> None:
    x = batch.images[:3].astype(np.float32) / 255
    kernel = np.outer([1, 2, 1], [1, 2, 4]).astype(np.float32) / 28
    expected = [cv2.filter2D(image, -1, kernel, borderType=cv2.BORDER_REFLECT_101) for image in x]
    assert convolved(x, torch.from_numpy(kernel)[None]) == pytest.approx(np.stack(expected), abs=1e-5)
    assert gaussian(x, 1.0) == pytest.approx(
        np.stack([cv2.GaussianBlur(i, (7, 7), 1.0, borderType=cv2.BORDER_REFLECT_101) for i in x]), abs=1e-4
    )


def test_line_kernels() -> None:
    """Level: from the middle to the right; upright: downwards."""
    level, upright = line_kernels(np.array([0, np.pi / 2]), 3.0, 2.0)
    assert level.sum() == pytest.approx(1)
    assert level[3, 3:].sum() == pytest.approx(1)
    assert (level[3, 4:-1] >= level[3, 5:]).all()  # the first cell has only one half of its line
    assert pytest.approx(level, abs=1e-6) == upright.T


def test_clouds() -> None:
    found = clouds(image_keys(['a', 'b'], 'x'), 32, 2.0)
    assert found.min() == 0
    assert found.max() == 1
    assert np.abs(np.diff(found, axis=1)).mean() < 0.15  # smooth
    assert (found[0] != found[1]).any()
