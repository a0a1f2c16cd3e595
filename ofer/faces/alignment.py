"""Crops of detected faces with the alignment of the training.

A network needs crops like those of its training. Therefore an aligner is described by a dict: the data set has it in
``metainfo['aligner']``, the checkpoint stores it, and the inferencer builds the aligner from it.
"""

import math
import warnings
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np

from ofer.faces.detected import DetectedFace
from ofer.faces.similarity import fit_similarity, warp

ARCFACE_TEMPLATE = np.array([[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]])
"""Five points on a face of 112x112 pixels (Deng et al. 2019); the order is that of :data:`ofer.faces.detected.POINT_NAMES`."""
ARCFACE_SIZE = 112


class Aligner(ABC):
    """Crops a face from an image.

    ``aligner(image, face)`` returns the crop, ``aligner.matrix(face)`` the transform to it, which maps points and masks.

    Args:
        size: height and width of the crop, pixels.

    Raises:
        ValueError: a size below 1.
    """

    def __init__(self, size: int) -> None:
        if size < 1:
            raise ValueError(f'size={size}: expected a positive number of pixels')
        self.size = size

    @abstractmethod
    def matrix(self, face: DetectedFace) -> np.ndarray:
        """``(2, 3)`` float64: from pixels of the image to pixels of the crop."""

    @abstractmethod
    def describe(self) -> dict[str, Any]:
        """The dict that builds this aligner, as stored in checkpoints."""

    def __call__(self, image: np.ndarray, face: DetectedFace) -> np.ndarray:
        """The crop.

        Args:
            image: ``(H, W, 3)`` uint8 RGB.
            face: in pixels of that image.

        Returns:
            ``(size, size, 3)`` uint8; beyond the image its border is repeated.
        """
        return warp(image, self.matrix(face), self.size)


class ArcFaceAligner(Aligner):
    """Rotates and scales the face to fit the five points to the template of ArcFace.

    Args:
        size: height and width of the crop, pixels; the template scales with it.

    >>> ArcFaceAligner(112).describe()
    {'type': 'ArcFaceAligner', 'size': 112}
    """

    def __init__(self, size: int = ARCFACE_SIZE) -> None:
        super().__init__(size)

    def matrix(self, face: DetectedFace) -> np.ndarray:
        template = (ARCFACE_TEMPLATE + 0.5) * (self.size / ARCFACE_SIZE) - 0.5  # pixel centres
        return fit_similarity(face.points, template)

    def describe(self) -> dict[str, Any]:
        return dict(type='ArcFaceAligner', size=self.size)


class BoxAligner(Aligner):
    """A square around the box, without rotation.

    Args:
        size: height and width of the crop, pixels.
        margin: share of the box's longer side that is added on each side.
        shift: the crop's centre, as shares of the box's width and height from the box's centre; positive is right and down.

    Raises:
        ValueError: a margin of -0.5 or less, which gives an empty crop, or one that is not finite.
    """

    def __init__(self, size: int = 224, margin: float = 0.1, shift: tuple[float, float] = (0.0, 0.0)) -> None:
        super().__init__(size)
        if not -0.5 < margin < math.inf:
            raise ValueError(f'margin={margin}: expected a finite share above -0.5')
        self.margin, self.shift = margin, (float(shift[0]), float(shift[1]))

    def matrix(self, face: DetectedFace) -> np.ndarray:
        left, top, right, bottom = np.asarray(face.box, np.float64)
        extent = max(right - left, bottom - top, 1e-6) * (1 + 2 * self.margin)
        centre = np.array([(left + right) / 2 + self.shift[0] * (right - left), (top + bottom) / 2 + self.shift[1] * (bottom - top)])
        return _window(centre, extent, self.size)

    def describe(self) -> dict[str, Any]:
        return dict(type='BoxAligner', size=self.size, margin=self.margin, shift=self.shift)


def _window(centre: np.ndarray, extent: float, size: int) -> np.ndarray:
    """Matrix that brings an upright square into a crop of ``size`` pixels."""
    scale = size / extent
    return np.column_stack([np.eye(2) * scale, (size - 1) / 2 - scale * centre])


def face_roll(points: np.ndarray) -> float:
    """Turn of a face in the plane of the image.

    Args:
        points: ``(5, 2)``, pixels.

    Returns:
        Degrees in (-180, 180], clockwise; 0 = upright.

    >>> face_roll(ARCFACE_TEMPLATE[:, ::-1] * (-1, 1)).__round__()  # a quarter turn
    90
    """
    points = np.asarray(points, np.float64)
    across = points[1] - points[0] + points[4] - points[3]
    down = points[3:].mean(0) - points[:2].mean(0)
    across = across + 2 * np.array([down[1], -down[0]])  # in profile only the direction from the eyes to the mouth is reliable
    return float(np.degrees(np.arctan2(across[1], across[0])))


class FER2013Aligner(BoxAligner):
    """FER2013's own crop: grey, and as large as the box is high; the head keeps its turn up to 25 degrees.

    A face that is turned by more, which the data set hardly has, is turned upright. A network that learnt from grey faces is often wrong
    on coloured ones.

    On the 3,437 faces of its test split that YuNet finds with a score above 0.8, the side of the crop is 1.00 times the height of the box
    (standard deviation 0.17: FER2013's crops come from another detector), the box's centre lies 1 % of its width right and 2 % of its
    height below the crop's, and the heads keep their turn (standard deviation 8 degrees).

    Args:
        size: height and width of the crop, pixels. FER2013's own are 48.
    """

    MARGIN = 0.0
    SHIFT = (-0.01, -0.02)
    LARGEST_ROLL = 25.0

    def __init__(self, size: int = 48) -> None:
        super().__init__(size, self.MARGIN, self.SHIFT)

    def __call__(self, image: np.ndarray, face: DetectedFace) -> np.ndarray:
        """As of every aligner; the three channels are equal."""
        return cv2.cvtColor(cv2.cvtColor(super().__call__(image, face), cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)

    def matrix(self, face: DetectedFace) -> np.ndarray:
        matrix = super().matrix(face)
        roll = face_roll(face.points)
        if abs(roll) <= self.LARGEST_ROLL:
            return matrix
        # cv2 turns counter-clockwise by positive angles, in a plane whose y axis points down
        turn = cv2.getRotationMatrix2D(((self.size - 1) / 2, (self.size - 1) / 2), roll, 1.0)
        return np.vstack([turn, [0, 0, 1]])[:2] @ np.vstack([matrix, [0, 0, 1]])

    def describe(self) -> dict[str, Any]:
        return dict(type='FER2013Aligner', size=self.size)


ALIGNERS: dict[str, type[Aligner]] = {aligner.__name__: aligner for aligner in (ArcFaceAligner, BoxAligner, FER2013Aligner)}
"""The aligners of this package by the type in their description."""


def build_aligner(description: Mapping[str, Any]) -> Aligner:
    """The aligner of a description such as ``dict(type='ArcFaceAligner', size=112)``.

    The type is one of :data:`ALIGNERS`, or a transform that a project registers.

    Raises:
        ValueError: it describes none.
    """
    own = ALIGNERS.get(description.get('type', ''))
    try:
        if own is not None:
            return own(**{name: value for name, value in description.items() if name != 'type'})
        from ofer.registry import TRANSFORMS  # here: exported networks, which have our own aligners, run without mmengine

        aligner = TRANSFORMS.build(dict(description))
    except (ImportError, KeyError, TypeError) as error:
        raise ValueError(f'aligner={dict(description)}: cannot be built ({error})') from error
    if not isinstance(aligner, Aligner):
        raise ValueError(f'aligner={dict(description)}: {type(aligner).__name__} is no aligner')
    return aligner


def stored_aligner(meta: Mapping[str, Any]) -> dict[str, Any] | None:
    """Description of the aligner that a model was trained with, from its checkpoint's ``meta``; None if the checkpoint has none."""
    dataset_meta = meta.get('dataset_meta')
    for place in (meta, dataset_meta if isinstance(dataset_meta, Mapping) else {}):
        if isinstance(place.get('aligner'), Mapping):
            return dict(place['aligner'])
    return None


def choose_aligner(meta: Mapping[str, Any], given: Mapping[str, Any] | None = None, fallback: Mapping[str, Any] | None = None) -> Aligner:
    """The aligner to use with a checkpoint.

    Args:
        meta: of the checkpoint.
        given: choice of the user; None: the aligner in the checkpoint.
        fallback: used if neither is given; None: that of ArcFace.

    Returns:
        The aligner. Emits a :class:`UserWarning` if it differs from the aligner of the training.
    """
    trained = stored_aligner(meta)
    aligner = build_aligner(given or trained or fallback or dict(type='ArcFaceAligner'))
    if given is not None and trained is not None and build_aligner(trained).describe() != aligner.describe():
        warnings.warn(
            f'the model was trained on crops of {trained}, and {aligner.describe()} is used: its predictions may be worse. Leave the '
            'aligner out to use that of the training.',
            stacklevel=2,
        )
    return aligner
