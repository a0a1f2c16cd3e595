import numpy as np
import pytest

from ofer.categories import PARSING_CLASSES
from ofer.datasets.transforms.landmark_parsing import LandmarksToParsing, LoadLandmarks, landmarks_to_parsing


def face() -> np.ndarray:
    """A frontal face, drawn by hand: shares of width and height."""
    jaw = np.stack([0.5 - 0.35 * np.cos(np.linspace(0, np.pi, 17)), 0.45 + 0.45 * np.sin(np.linspace(0, np.pi, 17))], 1)

    def ring(x, y, width, height, n):
        angle = np.pi - np.linspace(0, 2 * np.pi, n, endpoint=False)
        return np.stack([x + width * np.cos(angle), y - height * np.sin(angle)], 1)

    brows = [np.stack([np.linspace(a, a + 0.2, 5), np.full(5, 0.3)], 1) for a in (0.22, 0.58)]
    nose = [np.stack([np.full(4, 0.5), np.linspace(0.4, 0.55, 4)], 1), np.stack([np.linspace(0.42, 0.58, 5), np.full(5, 0.6)], 1)]
    eyes = [ring(0.32, 0.4, 0.08, 0.04, 6), ring(0.68, 0.4, 0.08, 0.04, 6)]
    return np.concatenate([jaw, *brows, *nose, *eyes, ring(0.5, 0.75, 0.15, 0.09, 12), ring(0.5, 0.75, 0.1, 0.03, 8)]).astype(np.float32)


def test_every_part_lies_where_its_landmarks_are():
    classes = landmarks_to_parsing(face(), 200, 100)
    places = dict(
        background=(0.05, 0.05), face=(0.5, 0.9), right_brow=(0.32, 0.3), left_brow=(0.68, 0.3), right_eye=(0.32, 0.4),
        left_eye=(0.68, 0.4), nose=(0.5, 0.57), upper_lip=(0.5, 0.69), inner_mouth=(0.5, 0.75), lower_lip=(0.5, 0.81),
    )  # fmt: skip
    assert classes.shape == (200, 100)
    assert classes.dtype == np.uint8
    for name, (x, y) in places.items():
        assert PARSING_CLASSES[classes[int(y * 200), int(x * 100)]] == name
    assert not (classes == PARSING_CLASSES.index('hair')).any()


def test_landmarks_are_read_by_the_end_of_the_path_and_drawn(tmp_path):
    file = tmp_path / 'landmarks.npz'
    np.savez(file, names=np.array(['train.zip/happy/a.png']), landmarks=face()[None])
    item = dict(img_path='somewhere/train.zip/happy/a.png', img=np.zeros((48, 48, 3), np.uint8))
    drawn = LandmarksToParsing()(LoadLandmarks(str(file))(item))
    np.testing.assert_array_equal(drawn['gt_parsing'], landmarks_to_parsing(face(), 48, 48))
    with pytest.raises(ValueError, match=r'no landmarks of x/sad/b\.png'):
        LoadLandmarks(str(file))(dict(img_path='x/sad/b.png'))
    with pytest.raises(FileNotFoundError, match=r'ofer prepare landmarks'):
        LoadLandmarks(str(tmp_path / 'none.npz'))(dict(img_path='x/sad/b.png'))
