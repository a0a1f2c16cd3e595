"""Thresholds of regions, fitted to a model that sees darkness as occlusion, with a known weakness."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from mmengine.model import BaseModel

from ofer.datasets import SyntheticFaces
from ofer.faces import DetectedFace
from ofer.inference.occlusion_calibration import covered_shares, dress_face, fit_thresholds, read_crops
from ofer.inference.recogniser import Recogniser
from ofer.structures import FaceSample
from ofer.synthetic.draws import Draws

SIZE = 48


class SeesDifference(BaseModel):
    """Calls a place occluded, but with a score of 0.2 alone, where it differs from the bare face, which is the same each time."""

    def __init__(self, bare: np.ndarray) -> None:
        super().__init__()
        self.bare = torch.from_numpy(bare.astype(np.float32))

    def forward(self, inputs: torch.Tensor, data_samples: object = None, mode: str = 'tensor') -> list[FaceSample]:
        samples = []
        for image in inputs.float().mean(1):
            differs = ((image - self.bare).abs() > 8).float()
            sample = FaceSample().set_pred_score(torch.tensor([0.5, 0.5]))
            sample.occlusion_score = 0.2 * torch.nn.functional.avg_pool2d(differs[None], 4)[0]
            samples.append(sample)
        return samples


@pytest.fixture(scope='module')
def face() -> tuple[np.ndarray, np.ndarray]:
    """A drawn face ``(48, 48, 3)`` and its landmarks, pixels."""
    item = SyntheticFaces(length=3, size=SIZE)[0]
    return item['img'], item['gt_landmarks'] * SIZE - 0.5


@pytest.fixture(scope='module')
def occluders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp('occluders')
    for kind in ('mask', 'cup'):
        (folder / kind).mkdir()
        cv2.imwrite(str(folder / kind / 'a.png'), np.full((20, 30, 4), 255, np.uint8))
    return folder


def test_the_cover_is_where_the_face_changed(face: tuple[np.ndarray, np.ndarray]) -> None:
    grey = cv2.cvtColor(face[0], cv2.COLOR_RGB2GRAY)
    lower = 0
    for index in range(12):
        image, cover = dress_face(grey, face[1], Draws(0, index))
        assert image.shape == cover.shape == (SIZE, SIZE)
        assert 0 <= cover.min() <= cover.max() <= 1
        changed = np.abs(image.astype(int) - grey) > 12
        assert changed.any()
        assert (cover[changed] > 0.02).mean() > 0.95
        lower += covered_shares(cover, face[1])['lower_face'] > 0.5
    assert 3 <= lower <= 9  # half of them wear masks
    again = [dress_face(grey, face[1], Draws(0, 1))[0] for _ in range(2)]
    np.testing.assert_array_equal(*again)


def test_covered_shares_of_known_covers(face: tuple[np.ndarray, np.ndarray]) -> None:
    assert all(share == pytest.approx(1) for share in covered_shares(np.ones((SIZE, SIZE), np.float32), face[1]).values())
    below = np.zeros((SIZE, SIZE), np.float32)
    below[round(face[1][30, 1]) + 1 :] = 1
    shares = covered_shares(below, face[1])
    assert shares['lower_face'] > 0.9
    assert shares['brows'] == 0


def test_a_timid_map_gets_low_thresholds(face: tuple[np.ndarray, np.ndarray], occluders: Path) -> None:
    grey = cv2.cvtColor(face[0], cv2.COLOR_RGB2GRAY)
    recogniser = Recogniser(SeesDifference(grey), ('a', 'b'), aligner=dict(type='BoxAligner', size=SIZE, margin=0.0))

    def landmarks(images: Sequence[np.ndarray], faces: Sequence[DetectedFace]) -> list[np.ndarray]:
        return [face[1].astype(np.float32) for _ in images]

    fitted = {one.region: one for one in fit_thresholds(recogniser, landmarks, [face[0]] * 120, occluders)}
    lower = fitted['lower_face']
    assert lower.covered > 30
    assert 0 < lower.threshold < 0.2
    assert lower.hits > 0.95
    assert lower.false_alarms == lower.hits_before == 0
    with pytest.raises(ValueError, match='no faces'):
        fit_thresholds(recogniser, landmarks, [], occluders)
    with pytest.raises(FileNotFoundError, match='no pictures of occluders'):
        fit_thresholds(recogniser, landmarks, [face[0]], occluders / 'none')


def test_a_model_without_a_map_is_refused(tiny_model: BaseModel, face: tuple[np.ndarray, np.ndarray], occluders: Path) -> None:
    recogniser = Recogniser(tiny_model, ('a', 'b', 'c'))
    with pytest.raises(ValueError, match='no map of occluded patches'):
        fit_thresholds(recogniser, lambda images, faces: [face[1]] * len(images), [face[0]], occluders)


def test_the_same_crops_are_read_each_time(tmp_path: Path) -> None:
    for i in range(6):
        (tmp_path / str(i % 2)).mkdir(exist_ok=True)
        cv2.imwrite(str(tmp_path / str(i % 2) / f'{i}.png'), np.full((8, 8, 3), 10 * i, np.uint8))
    values = [[int(image[0, 0, 0]) for image in read_crops(tmp_path, 4)] for _ in range(2)]
    assert values[0] == values[1]
    assert len(set(values[0])) == 4
    assert len(read_crops(tmp_path, 100)) == 6
