"""A face that can be placed in a scene, and the axes along which things are put on it."""

from dataclasses import dataclass

import cv2
import numpy as np


@dataclass
class FacePatch:
    """A face with what surrounds it.

    Args:
        pixels: ``(h, w)`` float32, grey in [0, 255].
        alpha: ``(h, w)`` float32 in [0, 1], 1 = belongs to the patch.
        box: ``(4,)`` float32: left, top, right, bottom of the face, pixels of the patch.
        points: ``(5, 2)`` float32, pixels: the person's right eye, left eye, nose tip, right and left corner of the mouth.
    """

    pixels: np.ndarray
    alpha: np.ndarray
    box: np.ndarray
    points: np.ndarray

    def turned(self, matrix: np.ndarray, extent: int) -> tuple['FacePatch', tuple[slice, slice]] | None:
        """The patch under a ``(2, 3)`` matrix, as far as it lies in a picture of ``extent`` by ``extent`` pixels.

        Returns:
            The patch, whose box and points are pixels of the picture, and the rows and columns that its pixels take there; None where
            it lies outside.
        """
        height, width = self.pixels.shape
        corners = np.array([[0, 0], [width, 0], [0, height], [width, height]]) @ matrix[:, :2].T + matrix[:, 2]
        left, top = (max(0, int(np.floor(v))) for v in corners.min(0))
        right, bottom = (min(extent, int(np.ceil(v)) + 1) for v in corners.max(0))
        if left >= right or top >= bottom:
            return None
        local = matrix - [[0, 0, left], [0, 0, top]]
        both = cv2.warpAffine(np.dstack([self.pixels, self.alpha]), local, (right - left, bottom - top), flags=cv2.INTER_LINEAR)
        points = self.points @ matrix[:, :2].T + matrix[:, 2]
        scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
        # A detector's box does not grow by turning the head: its centre moves and its sides keep their ratio.
        centre = matrix[:, :2] @ ((self.box[:2] + self.box[2:]) / 2) + matrix[:, 2]
        half = (self.box[2:] - self.box[:2]) * scale / 2
        box = np.concatenate([centre - half, centre + half])
        turned = FacePatch(both[..., 0], both[..., 1], box.astype(np.float32), points.astype(np.float32))
        return turned, (slice(top, bottom), slice(left, right))

    def reduced(self, factor: int) -> 'FacePatch':
        """The patch with blocks of ``factor`` by ``factor`` pixels averaged."""
        if factor == 1:
            return self
        height, width = (side // factor for side in self.pixels.shape)
        whole = np.s_[: height * factor, : width * factor]
        pixels, alpha = (cv2.resize(a[whole], (width, height), interpolation=cv2.INTER_AREA) for a in (self.pixels, self.alpha))
        return FacePatch(pixels, alpha, (self.box + 0.5) / factor - 0.5, (self.points + 0.5) / factor - 0.5)

    def mirrored(self) -> 'FacePatch':
        """The patch in a mirror."""
        last = self.pixels.shape[1] - 1
        points = self.points[[1, 0, 2, 4, 3]] * (-1, 1) + (last, 0)
        box = np.array([last - self.box[2], self.box[1], last - self.box[0], self.box[3]])
        return FacePatch(self.pixels[:, ::-1].copy(), self.alpha[:, ::-1].copy(), box.astype(np.float32), points.astype(np.float32))


@dataclass(frozen=True)
class FaceAxes:
    """Where things are on a face, from its five points and box.

    ``at(x, y)`` gives a place in pixels: x from -1 (the side of the face that is left in the image) over 0 (its middle line) to 1,
    y from 0 (the eyes) to 1 (the chin); beyond as well.
    """

    eyes: np.ndarray
    down: np.ndarray
    across: np.ndarray
    left: float
    right: float
    length: float

    @classmethod
    def of(cls, box: np.ndarray, points: np.ndarray) -> 'FaceAxes':
        """Axes of a face.

        Args:
            box: ``(4,)`` pixels.
            points: ``(5, 2)`` pixels.
        """
        points = points.astype(np.float64)
        eyes, mouth = points[:2].mean(0), points[3:].mean(0)
        across = points[1] - points[0] + points[4] - points[3]
        across /= max(float(np.linalg.norm(across)), 1e-6)
        down = np.array([-across[1], across[0]])
        length = max(float((mouth - eyes) @ down), 1e-3) * 1.75
        middle = 0.5 * (points[2] + mouth) @ across
        centre = np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]) @ across
        half = (box[2] - box[0]) / 2
        origin = eyes + across * (middle - eyes @ across) * 0.7  # the middle line of a turned face lies off the middle between the eyes
        base = float(origin @ across)
        return cls(origin, down, across, max(base - float(centre - half), half * 0.3), max(float(centre + half) - base, half * 0.3), length)

    def at(self, x: float, y: float) -> np.ndarray:
        """``(2,)`` pixels."""
        return self.eyes + self.across * (x * (self.right if x > 0 else self.left)) + self.down * (y * self.length)

    def places(self, *xy: tuple[float, float]) -> np.ndarray:
        """Several of :meth:`at`: ``(P, 2)``."""
        return np.array([self.at(x, y) for x, y in xy])
