"""Masks of exact area."""

import numpy as np
import pytest

from ofer.report.protocols.areas import GRID, area_conditions, important_order, patch_masks, random_order, square_masks
from ofer.report.protocols.base import Batch
from ofer.report.protocols.fills import fill
from ofer.report.randomness import image_keys, uniform

NAMES = [f'face{i}' for i in range(40)]


@pytest.mark.parametrize('size', [(48, 48), (100, 100), (224, 224), (97, 61)])
@pytest.mark.parametrize('share', [0.1, 0.2, 0.3, 0.7])
def test_areas_are_exact(size: tuple[int, int], share: float) -> None:
    keys = image_keys(NAMES, 'a')
    for masks in (square_masks(keys, *size, share), patch_masks(random_order(keys), *size, share)):
        assert masks.shape == (40, *size)
        assert (masks.sum((1, 2)) == round(share * size[0] * size[1])).all()
        assert abs(masks.mean() - share) < 0.005


def test_limits() -> None:
    keys = image_keys(NAMES, 'a')
    for masks in (lambda share: square_masks(keys, 20, 30, share), lambda share: patch_masks(random_order(keys), 20, 30, share)):
        assert not masks(0.0).any()
        assert masks(1.0).all()


def test_a_square_against_a_plain_loop() -> None:
    """``n = 10`` of 6 x 6 pixels: 4 wide, 3 high, the last row of 2."""
    keys = image_keys(NAMES, 'a')
    for (down, right), mask in zip(uniform(keys, 2), square_masks(keys, 6, 6, 10 / 36), strict=True):
        expected = np.zeros((6, 6), bool)
        top, left = int(down * 4), int(right * 3)
        expected[top : top + 2, left : left + 4] = True
        expected[top + 2, left : left + 2] = True
        assert (mask == expected).all()


def test_a_square_can_be_anywhere() -> None:
    masks = square_masks(image_keys([str(i) for i in range(4000)], 'a'), 20, 20, 0.09)
    assert masks.any(0).all()
    assert masks.mean(0)[10, 10] == pytest.approx(36 / 225, abs=0.02)  # 6 of 15 places in both directions
    assert masks.mean(0)[0, 0] < 0.02


def test_patches_are_covered_in_order() -> None:
    order = np.arange(GRID * GRID)[::-1][None].copy()
    mask = patch_masks(order, 28, 28, 5 / (28 * 28))[0]  # patches of 2 x 2 pixels, the last one first
    assert np.argwhere(mask).tolist() == [[26, 24], [26, 26], [26, 27], [27, 26], [27, 27]]


def test_more_covers_what_less_covers() -> None:
    order = random_order(image_keys(NAMES, 'a'))
    small, large = (patch_masks(order, 48, 48, share) for share in (0.2, 0.5))
    assert not (small & ~large).any()


def test_the_most_important_patch_is_first() -> None:
    importance = np.zeros((2, GRID, GRID))
    importance[0, 3, 4] = 1
    importance[1, 0, 1] = importance[1, 9, 9] = 2
    order = important_order(importance)
    assert order[0, 0] == 3 * GRID + 4
    assert order[1, :3].tolist() == [1, 9 * GRID + 9, 0]


@pytest.mark.parametrize('order', ['own', 'reference'])
def test_importance_covers_what_is_claimed(order: str) -> None:
    importance = np.random.default_rng(0).random((3, GRID, GRID)).round(1)  # with equal ones
    batch = Batch(('a', 'b', 'c'), np.full((3, 48, 48, 3), 255, np.uint8), importance=importance)
    for condition in area_conditions((order,), ('black',), (10, 20, 30, 70), 0):
        occluded = condition.draw(batch)
        assert occluded.covered is not None
        assert (occluded.covered.sum((1, 2)) == round(condition.facts['share'] / 100 * 48 * 48)).all()
        assert ((occluded.images == 0).all(-1) == occluded.covered).all()


def test_fills() -> None:
    images = np.full((2, 4, 4, 3), 9, np.uint8)
    covered = np.zeros((2, 4, 4), bool)
    covered[:, 1] = True
    assert (fill(images, covered, 'black', NAMES[:2])[:, 1] == 0).all()
    assert fill(images, covered, 'mean', NAMES[:2])[0, 1, 0].tolist() == [124, 116, 104]
    noisy = fill(images, covered, 'noise', NAMES[:2])
    assert (noisy[:, 0] == 9).all()
    assert (noisy[0, 1] != noisy[1, 1]).any()
    assert (fill(images[1:], covered[1:], 'noise', NAMES[1:2]) == noisy[1:]).all()
    with pytest.raises(ValueError, match="fill='red': expected one of black, mean, noise"):
        fill(images, covered, 'red', NAMES[:2])


def test_conditions_are_named_and_do_not_depend_on_the_batch() -> None:
    [condition] = area_conditions(('square',), ('noise',), (20,), 0)
    assert (condition.name, condition.claimed) == ('square-noise-20', 0.2)
    images = np.random.default_rng(0).integers(0, 256, (40, 28, 28, 3), dtype=np.uint8)
    whole = condition.draw(Batch(NAMES, images))
    part = condition.draw(Batch(NAMES[7:9], images[7:9]))
    assert (whole.images[7:9] == part.images).all()
    assert (whole.images[~whole.covered] == images[~whole.covered]).all()
