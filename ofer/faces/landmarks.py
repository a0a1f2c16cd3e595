"""68 landmarks of detected faces, by MobileFaceNet: the published network, or the small one that comes with the package."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from ofer.faces.alignment import build_aligner
from ofer.faces.detected import DetectedFace
from ofer.faces.similarity import invert, move
from ofer.models.priors.landmark_prior import LandmarkPrior
from ofer.weights import read_weights

MARGIN = 0.05
"""Of the crop around the box, at which the published network is most exact."""


class LandmarkFinder:
    """Finds 68 landmarks.

    Args:
        checkpoint: weights of MobileFaceNet. A ``.safetensors`` file of this library describes its own network, input format and aligner;
            any other file holds the network of the published structure, converted or trained with ``mobilefacenet_synthetic``.
        device: where the network runs.
        batch_size: number of faces in a batch.

    Raises:
        FileNotFoundError: the file is missing.
        ValueError: it holds another network.
    """

    def __init__(self, checkpoint: str | Path, device: str | torch.device = 'cpu', batch_size: int = 32) -> None:
        own = read_weights(checkpoint)[1] if Path(checkpoint).suffix == '.safetensors' else {}
        network = own.get('network', dict(type='MobileFaceNet'))
        self.network = LandmarkPrior(network, own.get('input_format', 'default'), str(checkpoint))
        self.network.init_weights()
        self.network.to(device)
        self.device = torch.device(device)
        self.aligner = build_aligner(own.get('aligner') or dict(type='BoxAligner', size=self.network.network.input_size, margin=MARGIN))
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
            pixels = torch.from_numpy(crops).permute(0, 3, 1, 2).to(self.device).float() / 255
            shares = self.network.predict(pixels).double().cpu().numpy()
            for i, share in zip(part, shares, strict=True):
                found.append(move(share * self.aligner.size - 0.5, invert(self.aligner.matrix(faces[i]))).astype(np.float32))
        return found
