"""The network of the library's own face detector, run by torch."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmcv.cnn import fuse_conv_bn
from mmengine.registry import DefaultScope

from ofer.models.tasks.face_detector import FaceDetector
from ofer.registry import MODELS, SCOPE
from ofer.weights import read_weights


class FaceCells:
    """Score, box and points of every cell of a batch of images.

    Args:
        path: weights, ``.safetensors``.
        device: where the network runs.

    Raises:
        FileNotFoundError: the file is missing.
        ValueError: it holds another network.
    """

    def __init__(self, path: Path, device: str | torch.device = 'cpu') -> None:
        self.model = fuse_conv_bn(read_face_detector(path))  # a sixth faster
        self.model.to(device)
        self.device = torch.device(device)

    @torch.no_grad()
    def __call__(self, greys: np.ndarray) -> np.ndarray:
        """``(N, M, 15)`` float32, pixels, from ``(N, H, W)`` uint8 whose sides are multiples of the coarsest stride."""
        batch = torch.from_numpy(greys)[:, None].to(self.device)
        return self.model(self.model.data_preprocessor({'inputs': list(batch)})['inputs']).cpu().numpy()


def read_face_detector(path: Path) -> FaceDetector:
    """The network in a file of weights, in evaluation mode.

    Raises:
        FileNotFoundError: the file is missing.
        ValueError: it holds another network.
    """
    state, meta = read_weights(path)
    config: Any = meta.get('model')
    if not isinstance(config, dict) or config.get('type') != 'FaceDetector':
        raise ValueError(f'{path}: expected the weights of a FaceDetector, found those of {config and config.get("type")}')
    with DefaultScope.overwrite_default_scope(SCOPE):  # mmpretrain's preprocessor looks for its parts in it
        network = MODELS.build(config)
    network.load_state_dict(state)
    return network.eval()
