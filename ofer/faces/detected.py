"""The result of a detector for a face."""

from dataclasses import dataclass

import numpy as np

POINT_NAMES = ('right eye', 'left eye', 'nose tip', 'right mouth corner', 'left mouth corner')
"""Order of the five points; right and left are the person's."""


@dataclass(frozen=True, eq=False)
class DetectedFace:
    """A face in an image.

    Coordinates are pixels of the image that the detector was given; (0, 0) is the centre of the upper left pixel. They may be outside the
    image if a face is cut off.

    Args:
        box: ``(4,)`` float32: left, top, right, bottom.
        score: the detector's confidence in [0, 1]; comparable only within one detector.
        points: ``(5, 2)`` float32, x and y, in the order of :data:`POINT_NAMES`. Occluded points are estimates.

    Raises:
        ValueError: an array of another shape.
    """

    box: np.ndarray
    score: float
    points: np.ndarray

    def __post_init__(self) -> None:
        for name, shape in (('box', (4,)), ('points', (5, 2))):
            array = np.asarray(getattr(self, name), np.float32)
            if array.shape != shape:
                raise ValueError(f'{name} of shape {array.shape}: expected {shape}')
            object.__setattr__(self, name, array)

    @property
    def width(self) -> float:
        """Of the box, pixels."""
        return float(self.box[2] - self.box[0])

    @property
    def height(self) -> float:
        """Of the box, pixels."""
        return float(self.box[3] - self.box[1])
