"""The library's own face detector, with weights in the package: it needs no download and no file."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from ofer.faces.detected import DetectedFace
from ofer.faces.framing import Frame, frame
from ofer.faces.lighting import stretch
from ofer.faces.similarity import invert, move
from ofer.runtimes import FACE_DETECTOR, open_network
from ofer.weights import shipped_file

if TYPE_CHECKING:
    import torch

    from ofer.faces.small_network import FaceCells

INSIDE = 0.7
"""A face of which a greater share is inside the box of a face with a higher score is discarded as a part of it."""
AROUND = 0.2
"""A face around one with a higher score is discarded if that one has a greater share of its area: the same head, found in two sizes."""
MULTIPLE = 32
"""Frames are padded to a multiple of the coarsest stride."""


class SmallFaceDetector:
    """A grey, anchor-free detector, see ``configs/priors/face_detector_scenes.py``.

    Every image is searched in several sizes, from its own within limits down to a thumbnail: the network is most reliable for faces of 20
    to 60 pixels, and every face has that size in one of them.

    Dark and pale images are stretched first. In an image without a sure face, turned copies are searched as well, so that faces that are
    tilted or upside down are found in photographs of tilted people and from turned cameras.

    Args:
        path: its weights, ``.safetensors``, or an exported network, ``.onnx`` or ``.xml``, which needs no torch; None: the weights that
            come with the package.
        threshold: faces with a lower score are discarded. Faces mostly have 0.96 or more.
        overlap: of two boxes whose intersection over union is greater, the one with the lower score is left out.
        smallest: longer side of the smallest size, pixels; smaller images are enlarged to it.
        largest: longer side of the largest size, pixels; larger images are reduced to it.
        step: ratio of one size to the next.
        margin: added on each side of the image, as a share of the longer side.
        turns: angles of the turned copies, degrees counter-clockwise; empty: none are searched, which is faster for videos without faces.
        turned_threshold: score of a sure face; faces of turned copies with a lower one are discarded.
        device: where a network of torch runs.
        backend: library that runs an exported network; None: by the suffix of the file.
        precision: in which an exported network computes, see :func:`ofer.runtimes.open_network`.

    Raises:
        FileNotFoundError: the file is missing.
        ValueError: it holds another network.

    >>> import numpy as np
    >>> SmallFaceDetector()([np.zeros((40, 60, 3), np.uint8)])
    [[]]
    """

    def __init__(
        self,
        path: str | Path | None = None,
        threshold: float = 0.92,
        overlap: float = 0.4,
        smallest: int = 64,
        largest: int = 640,
        step: float = 2.5,
        margin: float = 0.15,
        turns: Sequence[float] = (40.0, -40.0, 90.0, -90.0, 180.0),
        turned_threshold: float = 0.97,
        device: 'str | torch.device' = 'cpu',
        backend: str | None = None,
        precision: str = 'float32',
    ) -> None:
        self.threshold, self.overlap, self.margin = threshold, overlap, margin
        self.smallest, self.largest, self.step = smallest, largest, step
        self.turns, self.turned_threshold = tuple(turns), turned_threshold
        self.network = face_cells(shipped_file('face_detector') if path is None else Path(path), device, backend, precision)

    def __call__(self, images: Sequence[np.ndarray]) -> list[list[DetectedFace]]:
        """Faces of each image, best first.

        Args:
            images: ``(H, W, 3)`` uint8 RGB, of any sizes. Those of one size are run as one batch.
        """
        greys = [stretch(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) if image.ndim == 3 else image) for image in images]
        found = self._upright(greys)
        for index, faces in enumerate(found):
            if self.turns and not any(face.score >= self.turned_threshold for face in faces):
                found[index] = self._turned(greys[index], faces)
        return found

    def _upright(self, greys: Sequence[np.ndarray]) -> list[list[DetectedFace]]:
        """Faces of each image ``(H, W)`` uint8 as it is."""
        looks: list[tuple[int, Frame]] = []
        for index, grey in enumerate(greys):
            sizes = look_sizes(max(grey.shape), self.smallest, self.largest, self.step)
            looks += [(index, frame(grey, size, size, self.margin)) for size in sizes]
        answers = self._run([look for _, look in looks])
        return [self._choose([answers[i] for i, (owner, _) in enumerate(looks) if owner == index]) for index in range(len(greys))]

    def _turned(self, grey: np.ndarray, upright: Sequence[DetectedFace]) -> list[DetectedFace]:
        """Faces of one image: those that were found upright, and those of its turned copies."""
        matrices = [turn(grey.shape[1], grey.shape[0], angle, min(1.0, self.largest / max(grey.shape))) for angle in self.turns]
        value = float(grey.mean())
        copies = [
            cv2.warpAffine(grey, matrix, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_CONSTANT, borderValue=value)
            for matrix, size in matrices
        ]
        found = [
            turned_face(face, invert(matrix))
            for faces, (matrix, _) in zip(self._upright(copies), matrices, strict=True)
            for face in faces
            if face.score >= self.turned_threshold
        ]
        if not found:
            return list(upright)
        numbers = [np.concatenate([[face.score], face.box, face.points.ravel()]) for face in (*upright, *found)]
        return self._choose([np.stack(numbers).astype(np.float32)])

    def _run(self, frames: Sequence[Frame]) -> list[np.ndarray]:
        """Answers above the threshold ``(P, 15)`` of each frame, score, box and points, in pixels of the source."""
        found = [np.zeros((0, 15), np.float32)] * len(frames)
        shapes: dict[tuple[int, ...], list[int]] = {}
        for i, look in enumerate(frames):
            shapes.setdefault(look.image.shape, []).append(i)
        for (height, width), members in shapes.items():
            batch = np.stack([frames[i].image for i in members])
            batch = np.pad(batch, ((0, 0), (0, -height % MULTIPLE), (0, -width % MULTIPLE)), mode='edge')
            for i, numbers in zip(members, self.network(batch), strict=True):
                sure = numbers[numbers[:, 0] >= self.threshold].astype(np.float64)
                places = frames[i].back(sure[:, 1:].reshape(-1, 7, 2))
                found[i] = np.concatenate([sure[:, :1], places.reshape(-1, 14)], 1).astype(np.float32)
        return found

    def _choose(self, answers: Sequence[np.ndarray]) -> list[DetectedFace]:
        numbers = best_faces(np.concatenate(list(answers)), self.overlap)
        kept = (row for i, row in enumerate(numbers) if not same_head(row[1:5], numbers[:i, 1:5]))
        return [DetectedFace(row[1:5], float(row[0]), row[5:].reshape(5, 2)) for row in kept]


def face_cells(path: Path, device: 'str | torch.device', backend: str | None, precision: str) -> 'FaceCells | ExportedFaceCells':
    """The network of a file: ``(N, H, W)`` uint8 to score, box and points of every cell, ``(N, M, 15)`` float32."""
    if path.suffix == '.safetensors':
        from ofer.faces import small_network

        return small_network.FaceCells(path, device)
    return ExportedFaceCells(path, backend, precision)


class ExportedFaceCells:
    """An exported detector: normalisation and network in one file.

    Args:
        path: of the file.
        backend: library that runs it; None: by the suffix.
        precision: of the computation.
    """

    def __init__(self, path: Path, backend: str | None = None, precision: str = 'float32') -> None:
        self.network = open_network(path, FACE_DETECTOR, backend, precision)

    def __call__(self, greys: np.ndarray) -> np.ndarray:
        return self.network(images=greys)['cells']


def best_faces(numbers: np.ndarray, overlap: float) -> np.ndarray:
    """Non-maximum suppression.

    Args:
        numbers: ``(P, 15)``: score, box and points of each face, pixels.
        overlap: of two boxes whose intersection over union is greater, the one with the lower score is left out.

    Returns:
        ``(F, 15)``, best first.
    """
    if not len(numbers):
        return numbers
    corner, size = numbers[:, 1:3], numbers[:, 3:5] - numbers[:, 1:3]
    kept = cv2.dnn.NMSBoxes(np.concatenate([corner, size], 1).tolist(), numbers[:, 0].tolist(), 0.0, overlap)
    return numbers[np.asarray(kept, int)]


def look_sizes(longer: int, smallest: int, largest: int, step: float) -> list[int]:
    """Longer sides, in pixels, of the scaled images for detection.

    >>> look_sizes(4000, smallest=64, largest=640, step=2.5)
    [640, 256, 102, 64]
    >>> look_sizes(48, smallest=64, largest=640, step=2.5)
    [64]
    """
    sizes = [min(max(longer, smallest), largest)]
    while sizes[-1] > 1.25 * smallest:
        sizes.append(max(round(sizes[-1] / step), smallest))
    return sizes


def turn(width: int, height: int, angle: float, scale: float) -> tuple[np.ndarray, tuple[int, int]]:
    """Turns an image and scales it, without cutting its corners off.

    Args:
        width: of the image, pixels.
        height: of the image, pixels.
        angle: degrees, counter-clockwise.
        scale: pixels of the copy for each pixel of the image.

    Returns:
        ``(2, 3)`` matrix from pixels of the image to pixels of the copy, and the width and height of the copy.

    >>> turn(40, 30, 90, 1.0)[1]
    (30, 40)
    """
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, scale)
    cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = (max(1, round(width * cosine + height * sine)), max(1, round(width * sine + height * cosine)))
    matrix[:, 2] += ((size[0] - 1) / 2 - (width - 1) / 2, (size[1] - 1) / 2 - (height - 1) / 2)
    return matrix, size


def turned_face(face: DetectedFace, matrix: np.ndarray) -> DetectedFace:
    """A face under a similarity ``(2, 3)``; its box stays upright and keeps its shape."""
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    centre = move(face.box.reshape(2, 2).mean(0)[None].astype(np.float64), matrix)[0]
    half = np.array([face.width, face.height]) * scale / 2
    return DetectedFace(np.concatenate([centre - half, centre + half]), face.score, move(face.points.astype(np.float64), matrix))


def same_head(box: np.ndarray, surer: np.ndarray) -> bool:
    """Whether a box ``(4,)`` is a part of one of the boxes ``(P, 4)`` of faces with higher scores, or a larger box around one."""
    if not len(surer):
        return False
    common = (np.minimum(box[2:], surer[:, 2:]) - np.maximum(box[:2], surer[:, :2])).clip(min=0).prod(1)
    area, areas = ((boxes[..., 2:] - boxes[..., :2]).prod(-1).clip(min=1e-6) for boxes in (box, surer))
    return bool(((common / area > INSIDE) | ((common / areas > INSIDE) & (areas / area > AROUND))).any())
