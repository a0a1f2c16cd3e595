"""A landmark network that is run by torch."""

from pathlib import Path

import numpy as np
import torch

from ofer.faces.alignment import Aligner, build_aligner
from ofer.models.priors.landmark_prior import LandmarkPrior
from ofer.weights import read_weights

MARGIN = 0.05
"""Of the crop around the box, at which the published network is most exact."""


class LandmarkNetwork:
    """Landmarks of aligned faces.

    Args:
        checkpoint: see :class:`ofer.faces.LandmarkFinder`.
        device: where the network runs.

    Raises:
        FileNotFoundError: the file is missing.
        ValueError: it holds another network.
    """

    def __init__(self, checkpoint: str | Path, device: str | torch.device = 'cpu') -> None:
        own = read_weights(checkpoint)[1] if Path(checkpoint).suffix == '.safetensors' else {}
        network = own.get('network', dict(type='MobileFaceNet'))
        self.prior = LandmarkPrior(network, own.get('input_format', 'default'), str(checkpoint))
        self.prior.init_weights()
        self.prior.to(device)
        self.device = torch.device(device)
        self.aligner: Aligner = build_aligner(
            own.get('aligner') or dict(type='BoxAligner', size=self.prior.network.input_size, margin=MARGIN)
        )

    def __call__(self, crops: np.ndarray) -> np.ndarray:
        """``(N, 68, 2)``, shares of width and height, from ``(N, S, S, 3)`` uint8 RGB."""
        pixels = torch.from_numpy(crops).permute(0, 3, 1, 2).to(self.device).float() / 255
        return self.prior.predict(pixels).cpu().numpy()
