"""YuNet through OpenCV: a more accurate detector, with a download of 0.2 MB."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ofer.faces.detected import DetectedFace
from ofer.faces.framing import Frame, frame
from ofer.fetch import fetch

FILE = 'face_detection_yunet_2023mar.onnx'
SHA256 = '8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4'
URLS = (
    f'https://media.githubusercontent.com/media/opencv/opencv_zoo/main/models/face_detection_yunet/{FILE}',
    f'https://huggingface.co/opencv/face_detection_yunet/resolve/main/{FILE}',
)


class YuNetDetector:
    """YuNet (Wu et al. 2023), run by ``cv2.FaceDetectorYN``.

    Args:
        path: the ONNX file; None: from the cache, fetched on the first use (see :mod:`ofer.fetch`).
        threshold: faces with a lower score are discarded.
        overlap: of two boxes whose intersection over union is greater, the one with the lower score is left out.
        smallest: images whose longer side is shorter are enlarged to it, pixels.
        largest: images whose longer side is longer are reduced to it, pixels.
        margin: added on each side of the image, as a share of the longer side.

    Raises:
        FileNotFoundError: the file is missing.
        ValueError: OpenCV cannot read it.
    """

    def __init__(
        self,
        path: str | Path | None = None,
        threshold: float = 0.6,
        overlap: float = 0.3,
        smallest: int = 320,
        largest: int = 1280,
        margin: float = 0.15,
    ) -> None:
        self.frame = partial(frame, smallest=smallest, largest=largest, margin=margin)
        self.path = _find(path)
        try:
            self.net = cv2.FaceDetectorYN.create(str(self.path), '', (320, 320), threshold, overlap)
        except cv2.error as error:
            raise ValueError(f'{self.path}: OpenCV {cv2.__version__} cannot read it ({error.err}). Get {FILE} again.') from error

    def __call__(self, images: Sequence[np.ndarray]) -> list[list[DetectedFace]]:
        """Faces of each image, best first.

        Args:
            images: ``(H, W, 3)`` uint8 RGB, of any sizes.
        """
        return [self._detect(self.frame(image)) for image in images]

    def _detect(self, framed: Frame) -> list[DetectedFace]:
        height, width = framed.image.shape[:2]
        self.net.setInputSize((width, height))
        _, found = self.net.detect(cv2.cvtColor(framed.image, cv2.COLOR_RGB2BGR))
        faces = [_face(framed, row) for row in ([] if found is None else found)]
        return sorted(faces, key=lambda face: -face.score)

    def __getstate__(self) -> dict[str, Any]:
        raise TypeError('YuNetDetector holds a network of OpenCV, which cannot be copied or pickled: build one in each process')


def _face(framed: Frame, row: np.ndarray) -> DetectedFace:
    left, top, width, height = row[:4]
    return framed.face(np.array([left, top, left + width, top + height]), row[14], row[4:14].reshape(5, 2))


def _find(path: str | Path | None) -> Path:
    remedy = f"Get {FILE} from OpenCV's model zoo and give its path, or use dict(type='SmallFaceDetector'), which comes with the package."
    if path is None:
        return fetch(FILE, URLS, SHA256, remedy)
    path = Path(path).expanduser()
    if not path.is_file():
        raise FileNotFoundError(f'{path}: no such file. {remedy}')
    return path
