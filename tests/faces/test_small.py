"""The library's own detector: where its answers lie in the image, and its file."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from mmengine.registry import init_default_scope

from ofer.evaluation.face_metric import match_faces
from ofer.faces.detected import DetectedFace
from ofer.faces.similarity import invert, move
from ofer.faces.small import SmallFaceDetector, same_head, turn, turned_face
from ofer.registry import MODELS
from ofer.weights import write_weights

TINY = dict(
    type='FaceDetector',
    data_preprocessor=dict(type='ClsDataPreprocessor', mean=[127.5], std=[64.0], to_rgb=False),
    backbone=dict(type='FacePyramid', channels=(2, 4, 4, 4, 4), depth=(1, 1, 1), out_channels=4),
    head=dict(type='FaceHead', channels=4, depth=1),
)


@pytest.fixture(scope='module')
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    init_default_scope('ofer')
    path = tmp_path_factory.mktemp('weights') / 'tiny.safetensors'
    write_weights(path, MODELS.build(TINY).state_dict(), {'model': TINY})
    return path


@pytest.fixture(scope='module')
def astronaut() -> np.ndarray:
    """A photograph in the public domain, ``(512, 512, 3)``."""
    return pytest.importorskip('skimage.data').astronaut()


def spot(frames: np.ndarray) -> np.ndarray:
    """Takes the centre of what is bright for a face of a fifth of the frame's height."""
    answers = np.zeros((len(frames), 2, 15), np.float32)
    for image, answer in zip(frames, answers, strict=True):
        rows, columns = (image > 192).nonzero()
        x, y = columns.mean(), rows.mean()
        half = image.shape[0] / 10
        answer[0, :5] = 0.9, x - half, y - half, x + half, y + half
        answer[0, 5:] = np.tile([x, y], 5)
    return answers


@pytest.mark.parametrize('shape', [(60, 40), (480, 640), (900, 2000), (128, 128)])
def test_answers_are_given_in_pixels_of_the_image(file: Path, shape: tuple[int, int]) -> None:
    detector = MODELS.build(dict(type='SmallFaceDetector', path=str(file), threshold=0.5))
    detector.network = spot
    image = np.zeros((*shape, 3), np.uint8)
    place = (shape[1] // 3, shape[0] // 4)
    cv2.circle(image, place, max(shape) // 20, (255, 255, 255), -1)
    ((face,),) = detector([image])  # one face, though large images are looked at twice
    np.testing.assert_allclose(face.points, np.tile(place, (5, 1)), atol=max(shape) / 60)
    np.testing.assert_allclose((face.box[:2] + face.box[2:]) / 2, place, atol=max(shape) / 60)


def test_images_of_all_sizes_at_once_are_as_one_by_one(file: Path) -> None:
    detector = MODELS.build(dict(type='SmallFaceDetector', path=str(file), threshold=0.001))
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 255, (h, w, 3), np.uint8) for h, w in ((50, 40), (50, 40), (200, 300), (1, 9))]
    together, alone = detector(images), [detector([image])[0] for image in images]
    for many, one in zip(together, alone, strict=True):
        assert len(many) == len(one) > 0
        for a, b in zip(many, one, strict=True):
            np.testing.assert_allclose(a.box, b.box, atol=0.05)
    assert detector([]) == []


def test_other_files_are_refused(file: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r'none\.safetensors'):
        MODELS.build(dict(type='SmallFaceDetector', path=str(tmp_path / 'none.safetensors')))
    write_weights(tmp_path / 'other.safetensors', {'a': torch.zeros(1)}, {'model': dict(type='FaceParser')})
    with pytest.raises(ValueError, match='FaceDetector, found those of FaceParser'):
        MODELS.build(dict(type='SmallFaceDetector', path=str(tmp_path / 'other.safetensors')))


def read(path: Path) -> np.ndarray:
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)


@pytest.fixture(scope='module')
def shipped() -> Any:
    return MODELS.build(dict(type='SmallFaceDetector'))


@pytest.fixture(scope='module')
def yunet(shared: Path) -> Any:
    return MODELS.build(dict(type='YuNetDetector', path=str(shared / 'weights/face_detection_yunet_2023mar.onnx')))


def hits(shipped: Any, yunet: Any, paths: list[Path]) -> tuple[int, int, int]:
    """Faces that both find, that YuNet finds, and that only the shipped detector finds."""
    both = theirs = alone = 0
    for path in paths:
        image = read(path)
        ours, true = shipped([image])[0], yunet([image])[0]
        matches = match_faces(np.array([face.box for face in ours]), np.array([face.box for face in true]))
        both, theirs, alone = both + int((matches >= 0).sum()), theirs + len(true), alone + int((matches < 0).sum())
    return both, theirs, alone


def test_the_shipped_one_finds_people_in_masks(shipped: Any, yunet: Any, shared: Path) -> None:
    both, _, alone = hits(shipped, yunet, sorted((shared / 'data/faces/masked').glob('*.jpg')))
    assert both >= 33
    assert alone <= 8


def test_the_shipped_one_finds_groups(shipped: Any, yunet: Any, shared: Path) -> None:
    paths = sorted((shared / 'data/faces/groups').glob('2*.jpg'))
    both, theirs, alone = hits(shipped, yunet, paths)
    assert both >= 0.85 * theirs
    assert alone <= len(paths)


def test_the_shipped_one_finds_officials_with_their_points(shipped: Any, yunet: Any, shared: Path) -> None:
    for path in sorted((shared / 'data/faces/officials').glob('*.jpg'))[1:40:6]:  # the second, fourth ... were never trained on
        image = read(path)
        ours, true = shipped([image])[0][0], yunet([image])[0][0]
        assert np.linalg.norm(ours.points - true.points, axis=1).mean() < 0.15 * true.width


def test_the_shipped_one_finds_nothing_in_nothing(shipped: Any) -> None:
    rng = np.random.default_rng(0)
    empty = [np.full((200, 300, 3), 120, np.uint8), rng.integers(0, 255, (200, 300, 3), np.uint8), np.zeros((1, 1, 3), np.uint8)]
    assert shipped(empty) == [[], [], []]


@pytest.mark.parametrize('angle', [40.0, -40.0, 90.0, 180.0])
def test_places_in_turned_copies_are_those_of_the_image(angle: float) -> None:
    matrix, (width, height) = turn(200, 120, angle, 0.5)
    corners = move(np.array([[0.0, 0.0], [199.0, 0.0], [199.0, 119.0], [0.0, 119.0]]), matrix)
    assert corners.min() > -1
    assert (corners.max(0) < (width + 0.5, height + 0.5)).all()
    upright = DetectedFace(np.array([40, 30, 80, 90]), 0.9, np.array([[50, 50], [70, 50], [60, 60], [52, 75], [68, 75]]))
    there_and_back = turned_face(turned_face(upright, matrix), invert(matrix))
    np.testing.assert_allclose(there_and_back.box, upright.box, atol=1e-3)
    np.testing.assert_allclose(there_and_back.points, upright.points, atol=1e-3)


def test_dark_tilted_and_upside_down_faces_are_found(astronaut: np.ndarray) -> None:
    """The detector of the package, on a photograph under changes that its training did not have."""
    detector = SmallFaceDetector()
    (face,) = detector([astronaut])[0]
    (dark,) = detector([(astronaut * 0.08).astype(np.uint8)])[0]
    np.testing.assert_allclose(dark.box, face.box, atol=0.15 * face.width)
    for angle in (45, 90, 180, -90):
        matrix, size = turn(astronaut.shape[1], astronaut.shape[0], angle, 1.0)
        found = detector([cv2.warpAffine(astronaut, matrix, size, borderValue=(110, 110, 110))])[0][0]  # the best one
        expected = turned_face(face, matrix)
        np.testing.assert_allclose(found.points, expected.points, atol=0.2 * face.width)
        np.testing.assert_allclose(found.box, expected.box, atol=0.3 * face.width)
    assert SmallFaceDetector(turns=())([np.ascontiguousarray(np.rot90(astronaut, -1))])[0] == []


def test_a_head_is_found_once() -> None:
    face, others = np.array([40.0, 40.0, 80.0, 80.0]), np.array([[200.0, 0.0, 240.0, 40.0]])
    assert not same_head(face, others[:0])
    assert not same_head(face, others)
    assert same_head(np.array([50.0, 50.0, 60.0, 60.0]), face[None])  # a part of it
    assert same_head(np.array([30.0, 25.0, 100.0, 100.0]), np.stack([others[0], face]))  # a larger box of the same head
    assert not same_head(np.array([0.0, 0.0, 120.0, 120.0]), face[None])  # a head behind a small face
    assert not same_head(np.array([65.0, 40.0, 105.0, 80.0]), face[None])  # a neighbour that overlaps
