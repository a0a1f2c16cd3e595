"""From pictures to results: detection, alignment and recognition in batches over several images and frames."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import cv2
import numpy as np

from ofer.faces.alignment import Aligner
from ofer.faces.detected import DetectedFace
from ofer.faces.similarity import invert, move
from ofer.inference.abstention import Limits, abstention
from ofer.inference.answer import Answer, entropy
from ofer.inference.face_result import NO_FACE, UNREADABLE, FaceResult
from ofer.inference.regions import occluded_regions, occluded_shares
from ofer.inference.sources import Picture

_DETECTED_TOGETHER = 8  # pictures
_HELD = 256_000_000  # bytes of pictures that wait for their answers


class Detector(Protocol):
    """Finds faces in ``(H, W, 3)`` uint8 RGB images."""

    def __call__(self, images: Sequence[np.ndarray]) -> list[list[DetectedFace]]: ...


class FindLandmarks(Protocol):
    """Finds 68 landmarks of faces in an image, pixels."""

    def __call__(self, images: Sequence[np.ndarray], faces: Sequence[DetectedFace]) -> list[np.ndarray]: ...


class Recogniser(Protocol):
    """From aligned faces to expressions: :class:`ofer.inference.recogniser.Recogniser`, or that of an exported file."""

    classes: tuple[str, ...]
    aligner: Aligner
    explains: bool

    @property
    def occlusion_thresholds(self) -> Mapping[str, float]:
        """Share from which a region is called occluded."""

    def __call__(self, crops: Sequence[np.ndarray], /) -> list[Answer]: ...


@dataclass(eq=False)
class _Face:
    """A face in process."""

    detected: DetectedFace
    crop: np.ndarray | None = None
    landmarks: np.ndarray | None = None
    answer: Answer | None = None
    problem: str | None = None

    @property
    def done(self) -> bool:
        return self.answer is not None or self.problem is not None


@dataclass(eq=False)
class _Waiting:
    """A picture whose faces are in process."""

    picture: Picture
    faces: list[_Face] = field(default_factory=list)
    problem: str | None = None

    @property
    def done(self) -> bool:
        return all(face.done for face in self.faces)

    @property
    def held(self) -> int:
        return 0 if self.picture.image is None else self.picture.image.nbytes


@dataclass
class Answering:
    """Pipeline from pictures to results.

    Args:
        detector: finds the faces.
        recogniser: predicts their expressions.
        landmarks: finds 68 points; None: results have no landmarks and no occlusion by region.
        batch_size: faces that are recognised together.
        limits: beyond them the inferencer abstains.
        keep_crops: whether results contain the aligned face.
    """

    detector: Detector
    recogniser: Recogniser
    landmarks: FindLandmarks | None = None
    batch_size: int = 32
    limits: Limits = field(default_factory=Limits)
    keep_crops: bool = False

    def __call__(self, pictures: Iterable[Picture], keep_images: bool = False) -> Iterator[tuple[Picture, list[FaceResult]]]:
        """Process pictures in order, with few of them in memory at a time.

        Args:
            pictures: with an image, or with the reason why there is none.
            keep_images: whether pictures keep their image, for drawing.

        Yields:
            Each picture with one result for each face, or one result with the reason if it has none.
        """
        waiting: deque[_Waiting] = deque()
        queue: list[_Face] = []
        for group in grouped(pictures):
            for item in self._detected(group):
                if not keep_images:
                    item.picture = replace(item.picture, image=None)
                waiting.append(item)
                queue.extend(face for face in item.faces if not face.done)
            hurry = group[-1].live or sum(item.held for item in waiting) > _HELD
            while len(queue) >= self.batch_size or (hurry and queue):
                self._recognise(queue[: self.batch_size])
                del queue[: self.batch_size]
            while waiting and waiting[0].done:
                yield self._finished(waiting.popleft())
        for begin in range(0, len(queue), self.batch_size):
            self._recognise(queue[begin : begin + self.batch_size])
        while waiting:
            yield self._finished(waiting.popleft())

    def _detected(self, group: Sequence[Picture]) -> list[_Waiting]:
        """Pictures with their faces, cropped."""
        readable = [picture for picture in group if picture.image is not None]
        try:
            found = dict(zip(map(id, readable), self.detector([picture.image for picture in readable]), strict=True))  # type: ignore[misc]
        except (cv2.error, ValueError, RuntimeError, MemoryError) as error:
            if len(readable) > 1:  # one of them fails: process the others separately
                return [item for picture in group for item in self._detected([picture])]
            return [_Waiting(picture, problem=f'detection failed: {error}') for picture in group]
        items = [self._cropped(picture, found.get(id(picture), [])) for picture in group]
        self._find_landmarks(items)
        return items

    def _cropped(self, picture: Picture, found: Sequence[DetectedFace]) -> _Waiting:
        faces = [_Face(detected) for detected in found]
        for face in faces:
            assert picture.image is not None
            try:
                face.crop = self.recogniser.aligner(picture.image, face.detected)
            except (cv2.error, ValueError) as error:
                face.problem = f'cannot be aligned: {error}'
        return _Waiting(picture, faces)

    def _find_landmarks(self, items: Sequence[_Waiting]) -> None:
        """Landmarks of all faces of a group of pictures, in one call."""
        pairs = [(item.picture.image, face) for item in items for face in item.faces if item.picture.image is not None]
        if self.landmarks is not None and pairs:
            images, faces = zip(*pairs, strict=True)
            for face, points in zip(faces, self.landmarks(images, [face.detected for face in faces]), strict=True):
                face.landmarks = points

    def _recognise(self, faces: Sequence[_Face]) -> None:
        answers = self.recogniser([face.crop for face in faces])  # type: ignore[misc]
        for face, answer in zip(faces, answers, strict=True):
            face.answer = answer
            if not self.keep_crops:
                face.crop = None

    def _finished(self, item: _Waiting) -> tuple[Picture, list[FaceResult]]:
        picture = item.picture
        where = dict(source=picture.source, frame=picture.frame, time=picture.time, note=picture.note)
        reason = picture.reason or item.problem
        if reason is not None:
            return picture, [FaceResult(**where, status=UNREADABLE, abstain=True, reason=reason)]  # type: ignore[arg-type]
        if not item.faces:
            return picture, [FaceResult(**where, status=NO_FACE, abstain=True, reason='no face found')]  # type: ignore[arg-type]
        results = [
            FaceResult(**where, face=index, faces=len(item.faces), **self._values(face))  # type: ignore[arg-type]
            for index, face in enumerate(item.faces)
        ]
        return picture, results

    def _values(self, face: _Face) -> dict[str, Any]:
        detected, answer = face.detected, face.answer
        values: dict[str, Any] = dict(box=detected.box, score=detected.score, points=detected.points, landmarks=face.landmarks)
        if answer is None:
            return values | dict(abstain=True, reason=face.problem)
        shares = dict(zip(self.recogniser.classes, map(float, answer.probabilities), strict=True))
        label = max(shares, key=shares.__getitem__)
        fraction: float | None = None
        regions: dict[str, float] = {}
        if answer.patch_map is not None:
            fraction, regions = occluded_shares(answer.patch_map, self._in_crop(face))
        reason = abstention(self.limits, shares[label], fraction, min(detected.width, detected.height))
        values |= dict(label=label, probabilities=shares, entropy=entropy(answer.probabilities), abstain=reason is not None, reason=reason)
        values |= dict(corners=self._corners(detected), occluded_fraction=fraction, occlusion=regions, patch_map=answer.patch_map)
        values |= dict(occluded_regions=occluded_regions(regions, self.recogniser.occlusion_thresholds))
        return values | dict(crop=face.crop, restored=answer.restored, attention=answer.attention, parsing=answer.parsing)

    def _corners(self, detected: DetectedFace) -> np.ndarray:
        """Of the aligned crop, in pixels of the image."""
        aligner = self.recogniser.aligner
        outer = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * aligner.size - 0.5
        return move(outer, invert(aligner.matrix(detected))).astype(np.float32)

    def _in_crop(self, face: _Face) -> np.ndarray | None:
        """Landmarks as shares of the aligned crop."""
        if face.landmarks is None:
            return None
        aligner = self.recogniser.aligner
        return (move(face.landmarks.astype(np.float64), aligner.matrix(face.detected)) + 0.5) / aligner.size


def grouped(pictures: Iterable[Picture]) -> Iterator[list[Picture]]:
    """Groups of pictures for the detector: limited in number and total size; a picture of a live camera is a group of its own."""
    group: list[Picture] = []
    size = 0
    for picture in pictures:
        group.append(picture)
        size += 0 if picture.image is None else picture.image.nbytes
        if picture.live or len(group) == _DETECTED_TOGETHER or size > _HELD // 4:
            yield group
            group, size = [], 0
    if group:
        yield group
