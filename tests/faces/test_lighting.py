import numpy as np

from ofer.faces.lighting import stretch


def test_dark_and_pale_images_get_all_grey_levels() -> None:
    ramp = np.linspace(0, 1, 64 * 64).reshape(64, 64)
    for low, high in ((0, 30), (100, 150), (2, 12)):
        stretched = stretch((low + (high - low) * ramp).round().astype(np.uint8))
        assert stretched.dtype == np.uint8
        assert stretched.min() <= 20
        assert stretched.max() == 240
        assert (np.diff(stretched.ravel().astype(int)) >= 0).all()  # the order of the levels stays


def test_other_images_are_unchanged() -> None:
    for levels in (np.linspace(0, 255, 4096), np.linspace(30, 160, 4096), np.full(4096, 17), np.linspace(50, 54, 4096)):
        image = levels.reshape(64, 64).round().astype(np.uint8)
        np.testing.assert_array_equal(stretch(image), image)
