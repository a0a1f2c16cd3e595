"""OpenCV's Haar cascade, for comparison: it misses turned and occluded faces."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from ofer.faces.alignment import ARCFACE_SIZE, ARCFACE_TEMPLATE
from ofer.faces.detected import DetectedFace
from ofer.faces.framing import Frame, frame

FILE = 'haarcascade_frontalface_default.xml'


class CascadeDetector:
    """Viola and Jones (2001). It finds only boxes: the five points are those of an average frontal face in the box.

    Args:
        neighbours: minimum number of overlapping detections of a face; a lower number finds more faces, and more false ones.
        smallest: images whose longer side is shorter are enlarged to it, pixels.
        largest: images whose longer side is longer are reduced to it, pixels.
        margin: added on each side of the image, as a share of the longer side.

    Raises:
        RuntimeError: this OpenCV has no cascade classifier (5 and later).
    """

    def __init__(self, neighbours: int = 5, smallest: int = 320, largest: int = 1280, margin: float = 0.15) -> None:
        if not hasattr(cv2, 'CascadeClassifier'):
            raise RuntimeError(f"OpenCV {cv2.__version__} has no cascade classifier: use dict(type='SmallFaceDetector')")
        self.frame = partial(frame, smallest=smallest, largest=largest, margin=margin)
        self.neighbours = neighbours
        self.cascade = cv2.CascadeClassifier(str(Path(cv2.__file__).parent / 'data' / FILE))

    def __call__(self, images: Sequence[np.ndarray]) -> list[list[DetectedFace]]:
        """Faces of each image, largest first; ``images`` are ``(H, W, 3)`` uint8 RGB."""
        return [self._detect(self.frame(image)) for image in images]

    def _detect(self, framed: Frame) -> list[DetectedFace]:
        grey = cv2.cvtColor(framed.image, cv2.COLOR_RGB2GRAY)
        boxes = self.cascade.detectMultiScale(grey, 1.1, self.neighbours)
        faces = []
        for left, top, width, height in sorted(map(tuple, boxes), key=lambda box: -box[2]):
            points = ARCFACE_TEMPLATE / ARCFACE_SIZE * (width, height) + (left, top)
            faces.append(framed.face(np.array([left, top, left + width, top + height]), 1.0, points))
        return faces
