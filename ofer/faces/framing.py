"""Scaling and padding of images for detectors, and mapping of faces back to the image.

Detectors miss faces that fill the image or that are cut at its border, so a margin is added; they miss faces of a few pixels, so small
images are enlarged; and large ones are reduced to bound the time.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from ofer.faces.detected import DetectedFace


@dataclass(frozen=True)
class Frame:
    """An image prepared for a detector.

    Args:
        image: ``(H, W, ...)`` uint8: scaled, with a margin of its mean value around it.
        scale: pixels of the frame per pixel of the source.
        margin: of the frame, pixels on each side.
    """

    image: np.ndarray
    scale: float
    margin: int

    def back(self, xy: np.ndarray) -> np.ndarray:
        """Points ``(..., 2)`` of the frame in pixels of the source."""
        return (np.asarray(xy, np.float64) - self.margin + 0.5) / self.scale - 0.5

    def face(self, box: np.ndarray, score: float, points: np.ndarray) -> DetectedFace:
        """A face found in the frame, in pixels of the source."""
        return DetectedFace(self.back(np.reshape(box, (2, 2))).reshape(4), float(score), self.back(points))


def frame(image: np.ndarray, smallest: int, largest: int, margin: float) -> Frame:
    """Scale an image into limits and put a margin around it.

    Args:
        image: ``(H, W)`` or ``(H, W, 3)`` uint8.
        smallest: the longer side is enlarged to this, pixels.
        largest: the longer side is reduced to this, pixels.
        margin: share of the longer side that is added on each side.

    Raises:
        ValueError: the image is empty or no uint8 array of such a shape.
    """
    if image.dtype != np.uint8 or image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[2] != 3) or image.size == 0:
        raise ValueError(f'image is {image.dtype} {image.shape}: expected uint8 (H, W) or (H, W, 3), RGB')
    height, width = image.shape[:2]
    longer = max(height, width)
    scale = min(max(longer, smallest), largest) / longer
    if scale != 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    border = round(margin * max(image.shape[:2]))
    if border:
        value = image.reshape(-1, *image.shape[2:]).mean(0)
        image = cv2.copyMakeBorder(image, *(border,) * 4, cv2.BORDER_CONSTANT, value=np.atleast_1d(value).tolist())
    return Frame(image, scale, border)
