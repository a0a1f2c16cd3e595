"""Least-squares similarities and the warp by them."""

import cv2
import numpy as np
import pytest

from ofer.faces.similarity import fit_similarity, invert, move, warp


def test_recovers_an_exact_similarity() -> None:
    rng = np.random.default_rng(0)
    angle, scale = 0.7, 2.5
    truth = np.array([[scale * np.cos(angle), -scale * np.sin(angle), 3], [scale * np.sin(angle), scale * np.cos(angle), -7]])
    points = rng.normal(size=(5, 2))
    np.testing.assert_allclose(fit_similarity(points, move(points, truth)), truth, atol=1e-12)
    np.testing.assert_allclose(move(move(points, truth), invert(truth)), points, atol=1e-12)


def test_is_the_least_squares_optimum() -> None:
    """No nearby similarity has a smaller residual, and the residual of a reflection is not removed by reflecting."""
    rng = np.random.default_rng(1)
    source, target = rng.normal(size=(2, 5, 2))
    best = fit_similarity(source, target)
    residual = ((move(source, best) - target) ** 2).sum()
    for _ in range(200):
        a, b, x, y = rng.normal(scale=0.05, size=4)
        other = best + np.array([[a, -b, x], [b, a, y]])
        assert ((move(source, other) - target) ** 2).sum() >= residual
    mirrored = source * (-1, 1)
    assert np.linalg.det(fit_similarity(source, mirrored)[:, :2]) >= 0


@pytest.mark.parametrize(
    ('source', 'target', 'message'),
    [
        ([[0, 0]], [[1, 1]], 'P >= 2'),
        ([[0, 0], [1, 1]], [[0, 0], [1, 1], [2, 2]], 'shapes'),
        ([[2, 2], [2, 2]], [[0, 0], [1, 1]], 'coincide'),
        ([[0, 0], [np.nan, 1]], [[0, 0], [1, 1]], 'not finite'),
    ],
)
def test_refuses_what_defines_none(source: list, target: list, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit_similarity(np.array(source, float), np.array(target, float))


def test_warp_by_the_identity_is_the_image() -> None:
    image = np.random.default_rng(0).integers(0, 255, (40, 40, 3), np.uint8)
    np.testing.assert_array_equal(warp(image, np.eye(2, 3), 40), image)


def test_shrinking_averages_instead_of_skipping_pixels() -> None:
    """A chequerboard of single pixels becomes grey; sampling every eighth pixel would give black or white."""
    board = np.indices((256, 256)).sum(0) % 2 * 255
    image = np.repeat(board[..., None], 3, axis=2).astype(np.uint8)
    crop = warp(image, np.array([[0.125, 0, -0.4375], [0, 0.125, -0.4375]]), 32)
    assert abs(crop.astype(int) - 127).max() <= 2


def test_shrinking_keeps_places() -> None:
    """A bright spot comes to lie where the matrix says, also for sizes that no whole number divides."""
    image = np.zeros((301, 407), np.uint8)
    cv2.circle(image, (250, 120), 12, 255, -1)
    matrix = np.array([[0.21, 0, 4.0], [0, 0.21, 9.0]])
    crop = warp(image, matrix, 96, fill=0).astype(float)
    rows, columns = np.indices(crop.shape)
    centre = np.array([(columns * crop).sum(), (rows * crop).sum()]) / crop.sum()
    np.testing.assert_allclose(centre, move(np.array([[250.0, 120.0]]), matrix)[0], atol=0.1)
