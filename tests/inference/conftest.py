"""A classifier of a few thousand parameters, and a detector for which a bright square is a face."""

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from mmengine.model import BaseModel
from mmengine.registry import DefaultScope

from ofer.apis.inferencer import FERInferencer
from ofer.faces import DetectedFace
from ofer.registry import MODELS

CLASSES = ('anger', 'happiness', 'neutral')
TINY = dict(
    type='ImageClassifier',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3, to_rgb=False, num_classes=3),
    backbone=dict(type='ResNet', depth=18, stem_channels=4, base_channels=4),
    neck=dict(type='GlobalAveragePooling'),
    head=dict(type='LinearClsHead', in_channels=32, num_classes=3, loss=dict(type='CrossEntropyLoss')),
)
META = dict(model=TINY, dataset_meta=dict(classes=CLASSES), temperature=2.0, aligner=dict(type='BoxAligner', size=32, margin=0.0))


class SquareDetector:
    """Finds squares of white pixels; notes how many images it was given at a time."""

    def __init__(self) -> None:
        self.calls: list[int] = []

    def __call__(self, images: Sequence[np.ndarray]) -> list[list[DetectedFace]]:
        self.calls.append(len(images))
        return [self._find(image) for image in images]

    def _find(self, image: np.ndarray) -> list[DetectedFace]:
        count, _, stats, _ = cv2.connectedComponentsWithStats((image.min(2) > 200).astype(np.uint8))
        faces = []
        for left, top, width, height, _ in sorted(stats[1:count].tolist()):
            shares = np.array([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]])
            faces.append(DetectedFace(np.array([left, top, left + width, top + height]), 0.9, shares * (width, height) + (left, top)))
        return faces


def squares(count: int, size: int = 96, offset: int = 0) -> np.ndarray:
    """A grey image with that many white squares in a row."""
    image = np.full((size, size, 3), 90, np.uint8)
    for i in range(count):
        left = 4 + 30 * i + offset
        image[20:44, left : left + 24] = 255
    return image


@pytest.fixture(scope='session')
def tiny_model() -> BaseModel:
    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope('ofer'):
        model = MODELS.build(TINY)
    model.classes, model.meta = CLASSES, META
    return model.eval()


@pytest.fixture(scope='session')
def tiny_weights(tiny_model: BaseModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint that states its own model."""
    path = tmp_path_factory.mktemp('weights') / 'tiny.pth'
    torch.save(dict(meta=META, state_dict=tiny_model.state_dict()), path)
    return path


@pytest.fixture
def detector() -> SquareDetector:
    return SquareDetector()


@pytest.fixture
def inferencer(tiny_model: BaseModel, detector: SquareDetector) -> FERInferencer:
    return FERInferencer(tiny_model, device='cpu', detector=detector, landmarks=None, batch_size=4)


@pytest.fixture
def save() -> Callable[[Path, np.ndarray], Path]:
    def write(path: Path, image: np.ndarray) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        assert cv2.imwrite(str(path), image[..., ::-1])
        return path

    return write
