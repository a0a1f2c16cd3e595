"""Faces of random pixels, and callables that answer by arithmetic."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

import ofer
from ofer.report.faces import FaceList, Faces

CLASSES = ('surprise', 'happiness', 'neutral')


class Brightness:
    """Answers by the brightness of three thirds of the image; covering changes its answers."""

    classes = CLASSES

    def __call__(self, images: np.ndarray) -> np.ndarray:
        thirds = np.stack([part.mean((1, 2, 3)) for part in np.array_split(images.astype(float), 3, axis=1)], 1) / 20
        powers = np.exp(thirds - thirds.max(1, keepdims=True))
        return powers / powers.sum(1, keepdims=True)


def make_faces(number: int = 70, size: int = 28, classes: Sequence[str] = CLASSES) -> Faces:
    rng = np.random.default_rng(0)
    labels = np.arange(number) % len(classes)
    images = rng.integers(0, 120, (number, size, size, 3), dtype=np.uint8)
    third = size // 3
    for row, label in enumerate(labels[: number * 3 // 4]):  # three quarters can be recognised
        place = label % 3
        images[row, place * third : (place + 1) * third] += 100
    names = tuple(f'face{row:04d}' for row in range(number))
    kinds = np.arange(20) % 2
    lists = {'occluded': FaceList(np.arange(20), labels[:20], kinds, '20 matched of 21 listed in list.txt')}
    return Faces('random faces', names, images, labels, tuple(classes), 'made up', lists)


@pytest.fixture
def faces() -> Faces:
    return make_faces()


@pytest.fixture
def brightness() -> Callable:
    return Brightness()


@pytest.fixture(scope='session')
def whole_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a report of two models: all sections but detection and the network for the reference order, with numbers on RAF-DB."""
    from ofer.report import assembly
    from ofer.report.protocols import choice

    brightness, find, folder = Brightness(), assembly.published_for, tmp_path_factory.mktemp('report')

    def rolled(images: np.ndarray) -> np.ndarray:
        scores = brightness(images)
        return np.where(images[:, :1, 0, 0] % 4 == 0, np.roll(scores, 1, 1), scores)

    rolled.classes = brightness.classes
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(choice, 'ORDERS', ('square', 'patches'))
        patch.setattr(assembly, 'published_for', lambda data, classes: find('RAFDB', 7))
        ofer.occlusion_report([brightness, rolled], make_faces(), folder, quick=True, names=['a', 'b & c'], device='cpu')
    return folder
