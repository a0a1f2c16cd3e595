"""The library's own face detector, with weights in the package: it needs no download and no file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from mmcv.cnn import fuse_conv_bn
from mmengine.registry import DefaultScope
from torch import Tensor
from torch.nn import functional as F

from ofer.faces.detected import DetectedFace
from ofer.faces.framing import Frame, frame
from ofer.faces.lighting import stretch
from ofer.faces.similarity import invert, move
from ofer.models.tasks.face_detector import FaceDetector, choose_faces
from ofer.registry import MODELS, SCOPE
from ofer.weights import read_weights, shipped_file

INSIDE = 0.7
"""A face of which a greater share is inside the box of a face with a higher score is discarded as a part of it."""
AROUND = 0.2
"""A face around one with a higher score is discarded if that one has a greater share of its area: the same head, found in two sizes."""
MULTIPLE = 32
"""Frames are padded to a multiple of the coarsest stride."""


@MODELS.register_module()
class SmallFaceDetector:
    """A grey, anchor-free detector, see ``configs/priors/face_detector_scenes.py``.

    Every image is looked at in several sizes, from its own within limits down to a thumbnail: the network is surest of faces of 20 to 60
    pixels, and every face has that size in one of them.

    Dark and pale images are stretched first. In an image without a sure face, turned copies are searched as well, so that faces that are
    tilted or upside down are found in photographs of tilted people and from turned cameras.

    Args:
        path: its weights, ``.safetensors``; None: those that come with the package.
        threshold: faces with a lower score are discarded. Faces mostly have 0.96 or more.
        overlap: of two boxes whose intersection over union is greater, the one with the lower score is left out.
        smallest: longer side of the smallest size, pixels; smaller images are enlarged to it.
        largest: longer side of the largest size, pixels; larger images are reduced to it.
        step: ratio of one size to the next.
        margin: added on each side of the image, as a share of the longer side.
        turns: angles of the turned copies, degrees counter-clockwise; empty: none are searched, which is faster for videos without faces.
        turned_threshold: score of a sure face; faces of turned copies with a lower one are discarded.
        device: where the network runs.

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
        device: str | torch.device = 'cpu',
    ) -> None:
        self.threshold, self.overlap, self.margin = threshold, overlap, margin
        self.smallest, self.largest, self.step = smallest, largest, step
        self.turns, self.turned_threshold = tuple(turns), turned_threshold
        self.network = _read(shipped_file('face_detector') if path is None else Path(path)).to(device)
        self.device = torch.device(device)

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
        return self._choose([torch.from_numpy(np.stack(numbers)).float()])

    @torch.no_grad()
    def _run(self, frames: Sequence[Frame]) -> list[Tensor]:
        """Answers above the threshold ``(P, 15)`` of each frame, score, box and points, in pixels of the source."""
        found: list[Tensor] = [torch.zeros(0, 15)] * len(frames)
        shapes: dict[tuple[int, ...], list[int]] = {}
        for i, look in enumerate(frames):
            shapes.setdefault(look.image.shape, []).append(i)
        for (height, width), members in shapes.items():
            batch = torch.from_numpy(np.stack([frames[i].image for i in members]))[:, None].to(self.device)
            batch = self.network.data_preprocessor({'inputs': list(batch)})['inputs']
            batch = F.pad(batch, (0, -width % MULTIPLE, 0, -height % MULTIPLE), mode='replicate')
            for i, numbers in zip(members, self.network(batch).cpu(), strict=True):
                sure = numbers[numbers[:, 0] >= self.threshold].double()
                places = frames[i].back(sure[:, 1:].reshape(-1, 7, 2).numpy())
                found[i] = torch.cat([sure[:, :1], torch.from_numpy(places).reshape(-1, 14)], 1).float()
        return found

    def _choose(self, answers: Sequence[Tensor]) -> list[DetectedFace]:
        numbers = torch.cat(list(answers))
        scores, boxes, points = choose_faces(numbers[:, 0], numbers[:, 1:5], numbers[:, 5:].reshape(-1, 5, 2), self.threshold, self.overlap)
        kept = (i for i in range(len(scores)) if not same_head(boxes[i], boxes[:i]))
        return [DetectedFace(boxes[i].numpy(), float(scores[i]), points[i].numpy()) for i in kept]


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


def same_head(box: Tensor, surer: Tensor) -> bool:
    """Whether a box ``(4,)`` is a part of one of the boxes ``(P, 4)`` of faces with higher scores, or a larger box around one."""
    if not len(surer):
        return False
    common = (torch.minimum(box[2:], surer[:, 2:]) - torch.maximum(box[:2], surer[:, :2])).clamp(min=0).prod(1)
    area, areas = ((boxes[..., 2:] - boxes[..., :2]).prod(-1).clamp(min=1e-6) for boxes in (box, surer))
    return bool(((common / area > INSIDE) | ((common / areas > INSIDE) & (areas / area > AROUND))).any())


def _read(path: Path) -> FaceDetector:
    state, meta = read_weights(path)
    config: Any = meta.get('model')
    if not isinstance(config, dict) or config.get('type') != 'FaceDetector':
        raise ValueError(f'{path}: expected the weights of a FaceDetector, found those of {config and config.get("type")}')
    with DefaultScope.overwrite_default_scope(SCOPE):  # mmpretrain's preprocessor looks for its parts in it
        network = MODELS.build(config)
    network.load_state_dict(state)
    return fuse_conv_bn(network.eval())  # a sixth faster
