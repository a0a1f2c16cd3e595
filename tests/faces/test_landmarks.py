"""68 landmarks: in pixels of the image, wherever the face is; exact on photographs labelled by hand where those are at hand."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from ofer.datasets.face_boxes import five_of_68
from ofer.evaluation.landmark_metric import normalized_mean_error
from ofer.faces import DetectedFace, LandmarkFinder, YuNetDetector
from ofer.models import MobileFaceNet
from ofer.weights import write_weights


@pytest.fixture(scope='module')
def random_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp('landmarks') / 'net.pth'
    torch.save({'state_dict': MobileFaceNet().state_dict()}, path)
    return path


def face(box: tuple[float, ...]) -> DetectedFace:
    return DetectedFace(np.array(box), 1.0, np.zeros((5, 2)))


def test_move_and_grow_with_the_face(random_weights: Path) -> None:
    """The same picture twice as large and elsewhere: the same points, there."""
    finder = LandmarkFinder(random_weights, batch_size=2)
    picture = cv2.GaussianBlur(np.random.default_rng(0).integers(0, 255, (112, 112, 3), np.uint8), (0, 0), 8)
    large = np.zeros((400, 300, 3), np.uint8)
    large[100:324, 50:274] = cv2.resize(picture, (224, 224), interpolation=cv2.INTER_NEAREST)
    boxes = face((10, 10, 100, 100)), face((50 + 20.5, 100 + 20.5, 50 + 200.5, 100 + 200.5))
    first, second, again = finder([picture, large, picture], [*boxes, boxes[0]])
    assert first.shape == (68, 2)
    np.testing.assert_allclose((first + 0.5) * 2 - 0.5 + (50, 100), second, atol=2.5)
    np.testing.assert_allclose(first, again, atol=1e-3)
    assert finder([], []) == []


def test_each_face_needs_its_image(random_weights: Path) -> None:
    with pytest.raises(ValueError, match='1 images for 2 faces'):
        LandmarkFinder(random_weights)([np.zeros((9, 9, 3), np.uint8)], [face((0, 0, 5, 5))] * 2)
    with pytest.raises(FileNotFoundError):
        LandmarkFinder(random_weights.with_name('none.pth'))


@pytest.mark.parametrize('name', ['takeo.ppm', 'einstein.jpg'])
def test_hand_labelled_photographs(shared: Path, name: str) -> None:
    image = cv2.cvtColor(cv2.imread(str(shared / 'data/faces/annotated' / name)), cv2.COLOR_BGR2RGB)
    lines = (shared / 'data/faces/annotated' / name).with_suffix('.pts').read_text().split('{')[1].split('}')[0].split('\n')
    true = np.array([list(map(float, line.split())) for line in lines if line.strip()]) - 1  # they count pixels from 1
    detected = YuNetDetector(shared / 'weights/face_detection_yunet_2023mar.onnx')([image])[0]
    nearest = min(detected, key=lambda found: float(np.linalg.norm(found.points[2] - true[30])))
    (landmarks,) = LandmarkFinder(shared / 'weights/mobilefacenet_68.pth')([image], [nearest])
    assert normalized_mean_error(landmarks[None], true[None])[0] < 0.06
    assert np.linalg.norm(five_of_68(landmarks) - nearest.points, axis=1).max() < 0.15 * nearest.width


def test_a_file_of_the_library_describes_its_network(tmp_path: Path) -> None:
    """A narrow network of 48 pixels that sees grey: colours of equal luma give equal landmarks."""
    torch.manual_seed(0)
    options = dict(input_size=48, width=0.25)
    network = MobileFaceNet(**options)
    for _ in range(60):  # statistics that fit, or all images would give the same landmarks
        network(torch.rand(16, 3, 1, 1) * torch.rand(16, 3, 48, 48))
    description = dict(
        network=dict(type='MobileFaceNet', **options),
        input_format=dict(size=48, channel_order='grey'),
        aligner=dict(type='BoxAligner', size=48, margin=0.0, shift=(0.0, 0.0)),
    )
    path = tmp_path / 'landmarks.safetensors'
    write_weights(path, network.state_dict(), description)
    finder = LandmarkFinder(path)
    assert finder.aligner.describe() == dict(type='BoxAligner', size=48, margin=0.0, shift=(0.0, 0.0))
    rng = np.random.default_rng(0)
    colour = rng.integers(0, 255, (60, 60, 3), np.uint8)
    luma = np.rint(colour @ (0.299, 0.587, 0.114)).astype(np.uint8)[..., None].repeat(3, 2)
    where = face((6, 6, 54, 54))  # 48 pixels: nothing is interpolated and rounded
    np.testing.assert_allclose(*finder([colour, luma], [where, where]), atol=0.1)
    assert np.abs(np.subtract(*finder([colour, 255 - luma], [where, where]))).max() > 0.3
