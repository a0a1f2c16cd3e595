"""Arrays and PIL images from users, converted to 8-bit RGB."""

from collections.abc import Iterator
from typing import Literal

import numpy as np
from PIL import Image

from ofer.files.image_file import pillow_to_rgb
from ofer.inference.sources.picture import Picture, Reading, still


def array_pictures(array: np.ndarray, index: int, reading: Reading) -> Iterator[Picture]:
    """An image, or several along the first of four axes."""
    if array.ndim == 4:
        for i, image in enumerate(array):
            yield from still(f'array {index}[{i}]', reading, lambda image=image: (array_to_rgb(image, reading.color), None))  # type: ignore[misc]
    else:
        yield from still(f'array {index}', reading, lambda: (array_to_rgb(array, reading.color), None))


def pillow_picture(image: Image.Image, index: int, reading: Reading) -> Iterator[Picture]:
    """A PIL image, under the name of its file if it has one."""
    yield from still(str(getattr(image, 'filename', '') or f'image {index}'), reading, lambda: (_pillow_to_rgb(image), None))


def _pillow_to_rgb(image: Image.Image) -> np.ndarray:
    try:
        return pillow_to_rgb(image)
    except Exception as error:  # a file that was opened lazily is read here, and Pillow's plugins raise errors of many types
        raise ValueError(f'damaged image ({error})') from error


def array_to_rgb(array: np.ndarray, color: Literal['rgb', 'bgr'] | None) -> np.ndarray:
    """Convert an array of any usual form to RGB.

    Args:
        array: ``(H, W)``, ``(H, W, 1)``, ``(H, W, 3)`` or ``(H, W, 4)``: uint8, uint16 (scaled), bool, or float in [0, 1]. A fourth channel
            is the opacity, on white.
        color: order of the first three channels.

    Returns:
        ``(H, W, 3)`` uint8 RGB.

    Raises:
        ValueError: another shape, type or range, values that are not finite, or no colour order for a colour array.

    >>> import numpy as np
    >>> array_to_rgb(np.full((1, 1), 0.5), None).tolist()
    [[[128, 128, 128]]]
    """
    if array.ndim == 2:
        array = array[..., None]
    if array.ndim != 3 or array.shape[2] not in (1, 3, 4) or 0 in array.shape:
        raise ValueError(f'array of shape {array.shape}: expected (H, W), (H, W, 3) or (H, W, 4), none of them 0')
    image = _eight_bits(array)
    if image.shape[2] == 1:
        return np.repeat(image, 3, axis=2)
    if color is None:
        raise ValueError("arrays with colour need color='rgb' or color='bgr' (arrays that OpenCV read are 'bgr')")
    colours = image[..., 2::-1] if color == 'bgr' else image[..., :3]
    if image.shape[2] == 4:
        opacity = image[..., 3:].astype(np.float32) / 255
        colours = (colours * opacity + 255 * (1 - opacity)).round().astype(np.uint8)
    return np.ascontiguousarray(colours)


def _eight_bits(array: np.ndarray) -> np.ndarray:
    if array.dtype == np.uint8:
        return array
    if array.dtype == np.uint16:
        return (array / 257).round().astype(np.uint8)
    if array.dtype == bool:
        return array.astype(np.uint8) * 255
    if array.dtype.kind != 'f':
        raise ValueError(f'array of type {array.dtype}: expected uint8, uint16, bool, or float in [0, 1]')
    if not np.isfinite(array).all():
        raise ValueError('array with values that are not finite')
    if array.min() < 0 or array.max() > 1:
        raise ValueError(f'float array with values from {array.min():g} to {array.max():g}: expected [0, 1], or convert it to uint8')
    return (array * 255).round().astype(np.uint8)
