"""Public-domain photographs that come with other packages, as they are and with a mask drawn over nose, mouth and chin."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ofer.files.image_file import decode_rgb

Picture = NDArray[np.uint8]

CLOTH, SEAM = (176, 200, 222), (122, 150, 178)
JAW, BRIDGE = slice(2, 15), 28
"""Landmarks of the mask's edge in the 300-W order: the outline of the face from ear to ear, and the nose."""


@dataclass(frozen=True)
class Photograph:
    """A photograph.

    Attributes:
        name: of the person.
        credit: who took it, licence, and the package that has it.
        image: ``(H, W, 3)`` uint8 RGB.
    """

    name: str
    credit: str
    image: Picture


def photographs() -> list[Photograph]:
    """The photographs, whose packages are installed.

    Raises:
        ModuleNotFoundError: scikit-image is missing, which the extra ``demo`` installs.
    """
    import matplotlib

    try:
        from skimage import data
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError("the photographs need scikit-image: pip install 'ofer[demo]'", name='skimage') from error
    found = [Photograph('Eileen Collins', 'NASA, public domain; from scikit-image', data.astronaut())]
    admiral = Path(matplotlib.get_data_path()) / 'sample_data' / 'grace_hopper.jpg'
    if admiral.is_file():  # Linux distributions leave the sample data out
        image = decode_rgb(admiral.read_bytes(), str(admiral))
        found.append(Photograph('Grace Hopper', 'James S. Davis, US Navy, public domain; from matplotlib', image))
    return found


def with_mask(image: Picture, landmarks: NDArray[np.floating]) -> Picture:
    """A copy of a photograph in which a face wears a mask of cloth.

    Args:
        image: ``(H, W, 3)`` uint8 RGB.
        landmarks: ``(68, 2)`` of the face, pixels, 300-W order.
    """
    edge = np.concatenate([landmarks[JAW], landmarks[[BRIDGE]]])
    drawn = image.copy()
    shift = 4  # sub-pixel corners
    cv2.fillPoly(drawn, [_fixed(edge, shift)], CLOTH, cv2.LINE_AA, shift)
    width = max(1, round(float(np.ptp(edge[:, 0])) / 90))
    for line in _folds(landmarks):
        cv2.polylines(drawn, [_fixed(line, shift)], False, SEAM, width, cv2.LINE_AA, shift)
    return drawn


def _folds(landmarks: NDArray[np.floating]) -> Iterator[NDArray[np.floating]]:
    """Lines across the mask: each from the outline over the middle of the face to the other side."""
    for left, right, share in ((3, 13, 0.25), (4, 12, 0.5), (5, 11, 0.75)):
        middle = landmarks[BRIDGE] + share * (landmarks[8] - landmarks[BRIDGE])
        weights = np.linspace(0, 1, 9)[:, None]
        across = (1 - weights) * landmarks[left] + weights * landmarks[right]
        bow = 4 * weights * (1 - weights)
        yield across + bow * (middle - (landmarks[left] + landmarks[right]) / 2)


def _fixed(points: NDArray[np.floating], shift: int) -> NDArray[np.int32]:
    return np.round(points * 2**shift).astype(np.int32)
