"""A parsing map from 68 landmarks: labels for a face parser without annotated maps.

Polygons of the landmarks give brows, eyes, nose, lips, inner mouth and face; hair cannot be derived from landmarks and is background.
"""

from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
from mmcv.transforms import BaseTransform

from ofer.categories import PARSING_CLASSES
from ofer.registry import TRANSFORMS
from ofer.stored import read_arrays

_INDEX = {name: i for i, name in enumerate(PARSING_CLASSES)}
_BROWS = {'right_brow': slice(17, 22), 'left_brow': slice(22, 27)}
_POLYGONS = {
    'nose': (27, 31, 32, 33, 34, 35),
    'right_eye': range(36, 42),
    'left_eye': range(42, 48),
    'upper_lip': (48, 49, 50, 51, 52, 53, 54, 64, 63, 62, 61, 60),
    'lower_lip': (48, 60, 67, 66, 65, 64, 54, 55, 56, 57, 58, 59),
    'inner_mouth': range(60, 68),
}
_SHIFT = 4  # sub-pixel bits of OpenCV's polygon coordinates


def landmarks_to_parsing(landmarks: np.ndarray, height: int, width: int) -> np.ndarray:
    """Draw the parsing map of the landmarks.

    The forehead has no landmarks; its height above the brows is two thirds of the distance from brows to nose tip.

    Args:
        landmarks: ``(68, 2)``, x and y as shares of width and height, 300-W order.
        height: of the map, pixels.
        width: of the map, pixels.

    Returns:
        ``(height, width)`` uint8, class index of ``PARSING_CLASSES``.
    """
    points = landmarks * (width, height)
    classes = np.zeros((height, width), np.uint8)

    def fixed(polygon: np.ndarray) -> np.ndarray:
        return np.round((polygon - 0.5) * 2**_SHIFT).astype(np.int32)

    up = (points[17:27].mean(0) - points[33]) * 2 / 3
    outline = np.concatenate([points[:17], points[26:16:-1] + up])
    cv2.fillPoly(classes, [fixed(outline)], _INDEX['face'], shift=_SHIFT)
    thickness = max(1, round(0.09 * float(np.linalg.norm(points[36:42].mean(0) - points[42:48].mean(0)))))
    for name, brow in _BROWS.items():
        cv2.polylines(classes, [fixed(points[brow])], False, _INDEX[name], thickness, shift=_SHIFT)
    for name, corners in _POLYGONS.items():
        cv2.fillPoly(classes, [fixed(points[list(corners)])], _INDEX[name], shift=_SHIFT)
    return classes


def image_key(img_path: str) -> str:
    """Key of an image in a file of landmarks: the last three parts of its path, split, class and name."""
    return '/'.join(Path(img_path).parts[-3:])


@TRANSFORMS.register_module()
class LoadLandmarks(BaseTransform):
    """Adds ``gt_landmarks`` from a file of ``ofer prepare landmarks``.

    Args:
        file: ``.npz`` with ``names`` (:func:`image_key` of every image) and ``landmarks`` ``(n, 68, 2)``.

    Raises:
        FileNotFoundError: the file does not exist.
        ValueError: the image is not in the file.
    """

    DENSE_LABELS = ('gt_landmarks',)

    def __init__(self, file: str) -> None:
        self.file = file

    @cached_property
    def landmarks(self) -> dict[str, np.ndarray]:
        """Landmarks by :func:`image_key`; read on first use, so that a config can be built without the file."""
        if not Path(self.file).is_file():
            raise FileNotFoundError(f'{self.file}: no such file. Write it with ofer prepare landmarks.')
        content = read_arrays(Path(self.file), 'Write it again with ofer prepare landmarks.', ('names', 'landmarks'))
        names, landmarks = content['names'].tolist(), content['landmarks']
        if landmarks.shape != (len(names), 68, 2):
            raise ValueError(f'{self.file}: landmarks is {landmarks.shape}, expected {(len(names), 68, 2)}')
        return dict(zip(names, landmarks, strict=True))

    def transform(self, results: dict) -> dict:
        key = image_key(results['img_path'])
        if key not in self.landmarks:
            raise ValueError(f'{self.file}: no landmarks of {key}. Write the file again, for this data set and split.')
        results['gt_landmarks'] = self.landmarks[key]
        return results


@TRANSFORMS.register_module()
class LandmarksToParsing(BaseTransform):
    """Adds ``gt_parsing`` ``(H, W)``, drawn from ``gt_landmarks`` in the size of the image. Put it before occluding transforms."""

    DENSE_LABELS = ('gt_parsing',)

    def transform(self, results: dict) -> dict:
        height, width = results['img'].shape[:2]
        results['gt_parsing'] = landmarks_to_parsing(results['gt_landmarks'], height, width)
        return results
