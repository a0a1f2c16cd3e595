"""The library's own face detector, whose weights come with the package: it needs neither the web nor a file of the user's."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from mmengine.registry import DefaultScope
from torch import Tensor
from torch.nn import functional as F

from ofer.faces.detected import DetectedFace
from ofer.faces.framing import Frame, frame
from ofer.models.tasks.face_detector import FaceDetector, choose_faces
from ofer.registry import MODELS, SCOPE
from ofer.weights import read_weights, shipped_file

MULTIPLE = 32
"""Frames are padded to a multiple of the coarsest stride."""


@MODELS.register_module()
class SmallFaceDetector:
    """A grey, anchor-free detector, see ``configs/priors/face_detector_scenes.py``.

    Every image is looked at twice, at its own size within limits and reduced to a thumbnail, in which large faces have the size that the
    network finds best.

    Args:
        path: its weights, ``.safetensors``; None: those that come with the package.
        threshold: faces with a lower score are left out.
        overlap: of two boxes whose intersection over union is greater, the one with the lower score is left out.
        smallest: images whose longer side is shorter are enlarged to it, pixels.
        largest: images whose longer side is longer are reduced to it, pixels.
        thumbnail: longer side of the second look, pixels.
        margin: added on each side of the image, as a share of the longer side.
        device: where the network runs.

    Raises:
        FileNotFoundError: the file is missing.
        ValueError: it holds another network.
    """

    def __init__(
        self,
        path: str | Path | None = None,
        threshold: float = 0.5,
        overlap: float = 0.4,
        smallest: int = 128,
        largest: int = 640,
        thumbnail: int = 128,
        margin: float = 0.15,
        device: str | torch.device = 'cpu',
    ) -> None:
        self.threshold, self.overlap, self.margin = threshold, overlap, margin
        self.smallest, self.largest, self.thumbnail = smallest, largest, thumbnail
        self.network = _read(shipped_file('face_detector') if path is None else Path(path)).to(device)
        self.device = torch.device(device)

    def __call__(self, images: Sequence[np.ndarray]) -> list[list[DetectedFace]]:
        """Faces of each image, best first.

        Args:
            images: ``(H, W, 3)`` uint8 RGB, of any sizes. Those of one size are run as one batch.
        """
        looks: list[tuple[int, Frame]] = []
        for index, image in enumerate(images):
            grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) if image.ndim == 3 else image
            looks.append((index, frame(grey, self.smallest, self.largest, self.margin)))
            if max(grey.shape) > 1.5 * self.thumbnail:
                looks.append((index, frame(grey, self.thumbnail, self.thumbnail, self.margin)))
        answers = self._run([look for _, look in looks])
        return [self._choose([answers[i] for i, (owner, _) in enumerate(looks) if owner == index]) for index in range(len(images))]

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
        return [DetectedFace(b.numpy(), float(s), p.numpy()) for s, b, p in zip(scores, boxes, points, strict=True)]


def _read(path: Path) -> FaceDetector:
    state, meta = read_weights(path)
    config: Any = meta.get('model')
    if not isinstance(config, dict) or config.get('type') != 'FaceDetector':
        raise ValueError(f'{path}: expected the weights of a FaceDetector, found those of {config and config.get("type")}')
    with DefaultScope.overwrite_default_scope(SCOPE):  # mmpretrain's preprocessor looks for its parts in it
        network = MODELS.build(config)
    network.load_state_dict(state)
    return network.eval()
