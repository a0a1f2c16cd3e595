"""No detection: the image is the face."""

from collections.abc import Sequence

import numpy as np

from ofer.faces.alignment import ARCFACE_SIZE, ARCFACE_TEMPLATE
from ofer.faces.detected import DetectedFace


class WholeImage:
    """For crops that are faces already: the box is the image, the points are those of ArcFace's template, as if it were aligned.

    With ``BoxAligner(margin=0)`` the image itself is what the network sees.
    """

    def __call__(self, images: Sequence[np.ndarray]) -> list[list[DetectedFace]]:
        """One face an image; ``images`` are ``(H, W, 3)`` uint8."""
        return [[_whole(image)] for image in images]


def _whole(image: np.ndarray) -> DetectedFace:
    height, width = image.shape[:2]
    points = (ARCFACE_TEMPLATE + 0.5) / ARCFACE_SIZE * (width, height) - 0.5
    return DetectedFace(np.array([-0.5, -0.5, width - 0.5, height - 0.5]), 1.0, points)
