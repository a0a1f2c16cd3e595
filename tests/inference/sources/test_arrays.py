import numpy as np
import pytest

from ofer.inference.sources.arrays import array_to_rgb


def test_every_type_gives_the_same_grey() -> None:
    expected = np.full((2, 2, 3), 51, np.uint8)
    for array in (np.full((2, 2), 51, np.uint8), np.full((2, 2, 1), 51 * 257, np.uint16), np.full((2, 2), 0.2)):
        np.testing.assert_array_equal(array_to_rgb(array, None), expected)
    assert array_to_rgb(np.ones((1, 1), bool), None).max() == 255


def test_bgr_is_turned_and_rgb_is_not() -> None:
    pixel = np.array([[[1, 2, 3]]], np.uint8)
    assert array_to_rgb(pixel, 'bgr').ravel().tolist() == [3, 2, 1]
    assert array_to_rgb(pixel, 'rgb').ravel().tolist() == [1, 2, 3]


def test_opacity_is_over_white() -> None:
    pixels = np.array([[[10, 20, 30, 0], [10, 20, 30, 255], [0, 0, 0, 51]]], np.uint8)
    assert array_to_rgb(pixels, 'bgr')[0].tolist() == [[255, 255, 255], [30, 20, 10], [204, 204, 204]]


@pytest.mark.parametrize(
    ('array', 'words'),
    [
        (np.zeros((0, 4, 3), np.uint8), 'shape'),
        (np.zeros((4, 4, 5), np.uint8), 'shape'),
        (np.zeros(4, np.uint8), 'shape'),
        (np.zeros((4, 4), np.int32), 'int32'),
        (np.full((4, 4), np.nan), 'finite'),
        (np.full((4, 4), 200.0), r'expected \[0, 1\]'),
        (np.zeros((4, 4, 3), np.uint8), "color='rgb'"),
        (np.array([['a']]), 'type'),
    ],
)
def test_what_is_no_image_is_refused(array: np.ndarray, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        array_to_rgb(array, None)
