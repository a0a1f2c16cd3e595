import numpy as np
import pytest

from ofer.inference.face_result import FaceResult
from ofer.visualization.face_panel import draw_bars, draw_face, face_panel, landmarks_in_crop
from ofer.visualization.palette import EXPRESSION_COLOURS

CORNERS = np.array([[99.5, 49.5], [199.5, 49.5], [199.5, 149.5], [99.5, 149.5]], np.float32)


def result(**values: object) -> FaceResult:
    given = dict(crop=np.full((32, 32, 3), 90, np.uint8), label='anger', probabilities={'anger': 0.75, 'fear': 0.25}, corners=CORNERS)
    return FaceResult('a', **(given | values))


def test_columns_are_what_the_result_has() -> None:
    assert list(draw_face(result())) == ['face', 'expression']
    full = result(
        landmarks=np.zeros((68, 2), np.float32), parsing=np.zeros((32, 32), np.uint8), patch_map=np.zeros((4, 4), np.float32),
        restored=np.zeros((48, 48, 3), np.uint8), attention=np.zeros((4, 4), np.float32),
    )  # fmt: skip
    drawn = draw_face(full, 100)
    assert list(drawn) == ['face', 'landmarks', 'parsing', 'occlusion', 'restored', 'attention', 'expression']
    assert all(picture.shape == (100, 100, 3) for picture in drawn.values())


def test_occlusion_is_brighter_where_it_is_greater() -> None:
    patch_map = np.zeros((4, 4), np.float32)
    patch_map[3] = 1
    picture = draw_face(result(patch_map=patch_map), 80)['occlusion'].astype(float).mean(2)
    assert picture[70:].mean() > picture[:40].mean() + 20
    fully = draw_face(result(patch_map=np.ones((4, 4), np.float32)), 80)['occlusion']
    none = draw_face(result(patch_map=np.zeros((4, 4), np.float32)), 80)['occlusion']
    assert fully.mean() > none.mean() + 20  # the scale is fixed, not that of each face


def test_landmarks_come_back_into_the_crop() -> None:
    landmarks = np.tile(np.array([[99.5, 49.5], [149.5, 99.5]], np.float32), (34, 1))
    np.testing.assert_allclose(landmarks_in_crop(result(landmarks=landmarks))[:2], [[0, 0], [0.5, 0.5]], atol=1e-5)
    assert landmarks_in_crop(result()) is None


def test_bars_are_as_long_as_the_probabilities() -> None:
    picture = draw_bars({'anger': 0.75, 'fear': 0.25}, 200)
    lengths = [(picture == EXPRESSION_COLOURS[name]).all(-1).sum(1).max() for name in ('anger', 'fear')]
    assert lengths[0] == pytest.approx(3 * lengths[1], abs=4)


def test_a_row_for_each_face() -> None:
    one, two = face_panel([result()]), face_panel([result(), result(label='fear', abstain=True, reason='small')])
    assert two.shape[1] == one.shape[1]
    assert two.shape[0] > 1.7 * one.shape[0]
    with pytest.raises(ValueError, match='crops=True'):
        face_panel([result(crop=None)])
    with pytest.raises(ValueError, match='different pictures'):
        face_panel([result(), result(patch_map=np.zeros((4, 4), np.float32))])
    with pytest.raises(ValueError, match='at least one face'):
        face_panel([])
