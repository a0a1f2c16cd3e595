"""68 landmarks of detected faces, by MobileFaceNet: the published network, or the small one that comes with the package."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ofer.faces.alignment import Aligner, build_aligner
from ofer.faces.detected import DetectedFace
from ofer.faces.similarity import invert, move
from ofer.runtimes import EXPORTED, LANDMARKS, open_network

if TYPE_CHECKING:
    import torch

    from ofer.faces.landmark_network import LandmarkNetwork


class LandmarkFinder:
    """Finds 68 landmarks.

    Args:
        checkpoint: weights of MobileFaceNet. A ``.safetensors`` file of this library describes its own network, input format and aligner;
            an exported network, ``.onnx`` or ``.xml``, needs no torch; any other file holds the network of the published structure,
            converted or trained with ``mobilefacenet_synthetic``.
        device: where a network of torch runs.
        batch_size: number of faces in a batch.
        backend: library that runs an exported network; None: by the suffix of the file.

    Raises:
        FileNotFoundError: the file is missing.
        ValueError: it holds another network.
    """

    def __init__(
        self, checkpoint: str | Path, device: 'str | torch.device' = 'cpu', batch_size: int = 32, backend: str | None = None
    ) -> None:
        self.network: LandmarkNetwork | ExportedLandmarks
        if Path(checkpoint).suffix in EXPORTED:
            self.network = ExportedLandmarks(Path(checkpoint), backend)
        else:
            from ofer.faces import landmark_network

            self.network = landmark_network.LandmarkNetwork(checkpoint, device)
        self.aligner = self.network.aligner
        self.batch_size = batch_size

    def __call__(self, images: Sequence[np.ndarray], faces: Sequence[DetectedFace]) -> list[np.ndarray]:
        """Landmarks of faces.

        Args:
            images: ``(H, W, 3)`` uint8 RGB, the image of each face.
            faces: in pixels of its image.

        Returns:
            For each face ``(68, 2)`` float32, pixels of its image, 300-W order. Occluded points are estimates.

        Raises:
            ValueError: not as many images as faces.
        """
        if len(images) != len(faces):
            raise ValueError(f'{len(images)} images for {len(faces)} faces: give the image of each face')
        found: list[np.ndarray] = []
        for start in range(0, len(faces), self.batch_size):
            part = range(start, min(start + self.batch_size, len(faces)))
            crops = np.stack([self.aligner(images[i], faces[i]) for i in part])
            shares = self.network(crops).astype(np.float64)
            for i, share in zip(part, shares, strict=True):
                found.append(move(share * self.aligner.size - 0.5, invert(self.aligner.matrix(faces[i]))).astype(np.float32))
        return found


class ExportedLandmarks:
    """An exported landmark network.

    Args:
        path: of the file.
        backend: library that runs it; None: by the suffix.
    """

    def __init__(self, path: Path, backend: str | None = None) -> None:
        self.network = open_network(path, LANDMARKS, backend)
        self.aligner: Aligner = build_aligner(self.network.description.aligner or {})

    def __call__(self, crops: np.ndarray) -> np.ndarray:
        return self.network(images=crops)['landmarks']
