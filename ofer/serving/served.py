"""A model as the server uses it."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ofer.faces.detected import DetectedFace
from ofer.inference.answering import Answering, Detector
from ofer.inference.face_result import FaceResult
from ofer.inference.sources import Picture
from ofer.serving.limits import ServingLimits

if TYPE_CHECKING:
    from ofer.apis.inferencer import FERInferencer

Answered = list[tuple[Picture, list[FaceResult]]]


class LargestFaces:
    """A detector that keeps the largest faces of each image, in their order.

    Args:
        detector: finds the faces.
        number: of faces to keep.
    """

    def __init__(self, detector: Detector, number: int) -> None:
        self.detector, self.number = detector, number

    def __call__(self, images: Sequence[np.ndarray]) -> list[list[DetectedFace]]:
        return [self._largest(faces) for faces in self.detector(images)]

    def _largest(self, faces: list[DetectedFace]) -> list[DetectedFace]:
        if len(faces) <= self.number:
            return faces
        order = sorted(range(len(faces)), key=lambda index: -faces[index].width * faces[index].height)
        return [faces[index] for index in sorted(order[: self.number])]


@dataclass
class ServedModel:
    """A model with its name.

    Args:
        name: under which clients ask for it.
        answering: without pictures of the faces.
        explaining: with crops and attention, for panels; slower.
    """

    name: str
    answering: Answering
    explaining: Answering

    @classmethod
    def of(cls, name: str, inferencer: 'FERInferencer', limits: ServingLimits) -> 'ServedModel':
        """A served model from an inferencer; both ways to answer use the same networks."""
        answering = replace(inferencer.answering, detector=LargestFaces(inferencer.answering.detector, limits.faces))
        explaining = copy(answering.recogniser)
        explaining.explains = True
        return cls(name, answering, replace(answering, recogniser=explaining, keep_crops=True))

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the expressions."""
        return self.answering.recogniser.classes

    def answer(self, pictures: Iterable[Picture], explain: bool = False, keep_images: bool = False) -> Answered:
        """Pictures with their results.

        Args:
            pictures: to answer.
            explain: whether results hold crops and attention.
            keep_images: whether pictures keep their image.
        """
        return list((self.explaining if explain else self.answering)(pictures, keep_images))

    def describe(self) -> Mapping[str, Any]:
        """What ``GET /models`` answers."""
        return dict(name=self.name, classes=list(self.classes), landmarks=self.answering.landmarks is not None)
