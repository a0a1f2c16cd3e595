"""Whether a detector still finds the faces: the first step of every use outside of a benchmark."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ofer.report.contenders import Contender
from ofer.report.entries import Entry
from ofer.report.protocols.base import CLEAN, Condition

NAME = '_detector'
MARGIN = 0.5
"""Border around a face, as share of its side: detectors are not made for faces that fill the image."""
BORDER = 128
OVERLAP = 0.3
"""Least intersection over union of the box found and the face."""


class DetectorContender(Contender):
    """A detector as a model with two answers, so that it goes through the same loop.

    Args:
        detector: from a list of images to a list of faces each.
    """

    def __init__(self, detector: Any) -> None:
        super().__init__(NAME, detector, ('found', 'missed'))

    def block(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """``(N, 2)``: 1 for what is true."""
        side = images.shape[1]
        border = round(MARGIN * side)
        framed = np.pad(images, ((0, 0), (border, border), (border, border), (0, 0)), constant_values=BORDER)
        face = np.array([border, border, border + side, border + side], float)
        found = [any(_overlap(np.asarray(one.box), face) >= OVERLAP for one in faces) for faces in self.answer(list(framed))]  # type: ignore[arg-type]
        share = np.array(found, float)
        return np.stack([share, 1 - share], 1), None


def detector_entry(detector: Any = 'default') -> Entry:
    """The description of a detector, by what :func:`ofer.inference.parts.build_detector` takes."""
    from ofer.weights import SHIPPED

    return Entry(NAME, _Load(detector), {'detector': str(detector), 'weights_sha256': SHIPPED.get('face_detector')})


class _Load:
    def __init__(self, detector: Any) -> None:
        self.detector = detector

    def __call__(self) -> Contender:
        from ofer.inference.parts import build_detector

        return DetectorContender(build_detector(self.detector))


def detector_conditions(conditions: Sequence[Condition]) -> list[Condition]:
    """Conditions under which the detector is tried: black squares, regions and objects."""
    return [
        condition
        for condition in conditions
        if condition.name == CLEAN
        or condition.section == 'objects'
        or (condition.section == 'regions' and condition.facts['fill'] == 'black')
        or (condition.facts.get('order') == 'square' and condition.facts['fill'] == 'black')
    ]


def _overlap(one: np.ndarray, other: np.ndarray) -> float:
    low, high = np.maximum(one[:2], other[:2]), np.minimum(one[2:], other[2:])
    common = np.prod(np.maximum(high - low, 0))
    areas = [np.prod(box[2:] - box[:2]) for box in (one, other)]
    return float(common / (sum(areas) - common))
