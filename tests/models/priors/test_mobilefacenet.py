"""MobileFaceNet, and the landmark prior with real weights on real faces."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from ofer.evaluation.landmark_metric import normalized_mean_error
from ofer.models import LandmarkPrior, MobileFaceNet


@pytest.mark.parametrize('size', [48, 112])
def test_shapes(size: int) -> None:
    net = MobileFaceNet(input_size=size).eval()
    x = torch.rand(2, 3, size, size)
    features = net.features(x)
    assert features.shape == (2, 512, size // 16, size // 16)
    assert torch.equal(net(x), net.landmarks(features))
    assert net(x).shape == (2, 68, 2)


def test_training_starts_near_the_middle_of_the_image() -> None:
    points = MobileFaceNet(input_size=48)(torch.rand(16, 3, 48, 48))
    assert points.mean().item() == pytest.approx(0.5, abs=0.01)
    assert points.std().item() == pytest.approx(0.03, abs=0.003)


def test_features_take_any_size_and_landmarks_only_their_own() -> None:
    net = MobileFaceNet(input_size=64).eval()
    features = net.features(torch.rand(1, 3, 96, 80))
    assert features.shape == (1, 512, 6, 5)
    with pytest.raises(ValueError, match='an image of 64 pixels'):
        net.landmarks(features)


@pytest.mark.parametrize('size', [0, 100])
def test_sizes_off_the_grid_are_refused(size: int) -> None:
    with pytest.raises(ValueError, match='multiple of 16'):
        MobileFaceNet(input_size=size)


def test_width_scales_every_layer() -> None:
    """A pointwise convolution has in * out weights, so a quarter of the width leaves about a sixteenth of the parameters."""
    narrow, full = MobileFaceNet(input_size=96, width=0.25).eval(), MobileFaceNet(input_size=96)
    assert narrow.feature_channels == narrow.features(torch.rand(1, 3, 96, 96)).shape[1] == 128
    assert narrow(torch.rand(1, 3, 96, 96)).shape == (1, 68, 2)
    share = sum(p.numel() for p in narrow.parameters()) / sum(p.numel() for p in full.parameters())
    assert 1 / 16 < share < 1 / 8
    with pytest.raises(ValueError, match='width=0'):
        MobileFaceNet(width=0.001)


def read_points(path: Path) -> np.ndarray:
    """``(68, 2)`` pixels, counted from 0, of a .pts file, which counts from 1."""
    lines = path.read_text().split('{')[1].split('}')[0].strip().splitlines()
    return np.array([[float(v) for v in line.split()] for line in lines]) - 1


@pytest.mark.parametrize('name', ['einstein.jpg', 'takeo.ppm'])
def test_real_weights_find_the_points_that_a_person_has_set(shared: Path, name: str) -> None:
    folder = shared / 'data' / 'faces' / 'annotated'
    image = cv2.cvtColor(cv2.imread(str(folder / name)), cv2.COLOR_BGR2RGB)
    target = read_points((folder / name).with_suffix('.pts'))
    low, high = target.min(0), target.max(0)
    scale = 224 / (1.2 * (high - low).max())
    warp = np.concatenate([np.eye(2) * scale, (112 - (low + high) / 2 * scale)[:, None]], axis=1)
    face = torch.from_numpy(cv2.warpAffine(image, warp, (224, 224), flags=cv2.INTER_AREA)).permute(2, 0, 1)[None] / 255
    prior = LandmarkPrior(dict(type='MobileFaceNet'), checkpoint=str(shared / 'weights' / 'mobilefacenet_68.pth'))
    prior.init_weights()
    points = prior.predict(face).numpy() * 224
    assert normalized_mean_error(points, (target @ warp[:, :2].T + warp[:, 2])[None])[0] < 0.06
