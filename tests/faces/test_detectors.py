"""Detectors: one contract; what they find on real photographs where those are at hand."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from ofer.faces import BoxAligner, DetectedFace, WholeImage, YuNetDetector
from ofer.faces.framing import frame
from ofer.registry import MODELS


@pytest.fixture(scope='module')
def yunet(shared: Path) -> YuNetDetector:
    return MODELS.build(dict(type='YuNetDetector', path=str(shared / 'weights/face_detection_yunet_2023mar.onnx')))


def read(path: Path) -> np.ndarray:
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)


def test_a_face_has_a_box_and_five_points() -> None:
    face = DetectedFace(np.array([1, 2, 11, 22]), 0.5, np.zeros((5, 2)))
    assert face.box.dtype == face.points.dtype == np.float32
    assert (face.width, face.height) == (10, 20)
    with pytest.raises(ValueError, match='box of shape'):
        DetectedFace(np.zeros(5), 0.5, np.zeros((5, 2)))
    with pytest.raises(ValueError, match='points of shape'):
        DetectedFace(np.zeros(4), 0.5, np.zeros((4, 2)))


@pytest.mark.parametrize('shape', [(40, 30, 3), (2000, 900, 3), (1, 1, 3), (700, 500)])
def test_frames_of_any_size_lead_back(shape: tuple[int, ...]) -> None:
    framed = frame(np.full(shape, 7, np.uint8), smallest=320, largest=640, margin=0.1)
    longer = round(max(shape[:2]) * framed.scale)
    assert 320 <= longer <= 640
    assert framed.image.shape[0] == max(1, round(shape[0] * framed.scale)) + 2 * framed.margin
    assert (framed.image == 7).all()
    corner = framed.back(np.array([framed.margin - 0.5, framed.margin - 0.5]))
    np.testing.assert_allclose(corner, [-0.5, -0.5])


@pytest.mark.parametrize('image', [np.zeros((0, 3, 3), np.uint8), np.zeros((4, 4, 3), np.float32), np.zeros((4, 4, 4), np.uint8)])
def test_other_arrays_are_refused(image: np.ndarray) -> None:
    with pytest.raises(ValueError, match='expected uint8'):
        frame(image, 320, 640, 0.1)


def test_whole_image_gives_the_image_back() -> None:
    image = np.random.default_rng(0).integers(0, 255, (48, 48, 3), np.uint8)
    ((face,),) = WholeImage()([image])
    np.testing.assert_array_equal(BoxAligner(48, margin=0)(image, face), image)


def test_yunet_finds_the_astronaut_at_any_size(yunet: YuNetDetector, shared: Path) -> None:
    image = read(shared / 'data/faces/portraits/astronaut.png')
    ((reference, *_),) = yunet([image])
    assert reference.score > 0.8
    eyes_and_nose = reference.points[:3]
    assert eyes_and_nose[0, 0] < eyes_and_nose[2, 0] < eyes_and_nose[1, 0], "the person's right eye lies left in the image"
    small, large = (cv2.resize(image, None, fx=f, fy=f, interpolation=cv2.INTER_AREA if f < 1 else cv2.INTER_LINEAR) for f in (0.25, 4))
    for (face, *_), factor in zip(yunet([small, large]), (0.25, 4), strict=True):
        np.testing.assert_allclose((face.points + 0.5) / factor, reference.points + 0.5, atol=0.06 * reference.width)


def test_yunet_finds_nothing_in_noise(yunet: YuNetDetector) -> None:
    assert yunet([np.random.default_rng(0).integers(0, 255, (240, 320, 3), np.uint8)]) == [[]]


def test_yunet_says_what_is_wrong_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r'none\.onnx: no such file.*SmallFaceDetector'):
        YuNetDetector(tmp_path / 'none.onnx')
    (tmp_path / 'bad.onnx').write_bytes(b'nothing')
    with pytest.raises(ValueError, match=r'bad\.onnx.*cannot read'):
        YuNetDetector(tmp_path / 'bad.onnx')


def test_the_cascade_finds_a_frontal_face(shared: Path) -> None:
    if not hasattr(cv2, 'CascadeClassifier'):
        pytest.skip('this OpenCV has no cascade classifier')
    image = read(shared / 'data/faces/portraits/astronaut.png')
    (faces,) = MODELS.build(dict(type='CascadeDetector'))([image])
    assert any(150 < face.box[[0, 2]].mean() < 300 and face.box[[1, 3]].mean() < 200 for face in faces)
