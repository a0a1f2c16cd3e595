import numpy as np
import pytest
import torch

from ofer.datasets import SyntheticFaces
from ofer.datasets.transforms import DrawOccluders
from ofer.registry import TRANSFORMS
from ofer.synthetic import OCCLUDERS, Camera, Draws, build_head, express, fit_camera, pose_face, rotation, sample_person


def face(index: int = 0, height: int = 64, width: int = 64) -> dict:
    return {'img': np.full((height, width, 3), 200, dtype=np.uint8), 'sample_idx': index}


@pytest.mark.parametrize('kind', OCCLUDERS)
@pytest.mark.parametrize(('height', 'width'), [(64, 64), (48, 80), (80, 48)])
def test_nothing_beside_the_mask_changes(kind, height, width):
    given = face(1, height, width)
    img = given['img']
    done = TRANSFORMS.build({'type': 'DrawOccluders', 'kinds': [kind], 'seed': 0})(given)
    assert (img == 200).all()
    assert done['img'].shape == (height, width, 3)
    assert (done['img'][~done['gt_occlusion']] == 200).all()
    assert 0.02 < done['gt_occlusion'].mean() < 0.7
    assert (done['img'] != 200).any(2)[done['gt_occlusion']].mean() > 0.9


def test_looks_depend_on_seed_and_index_alone():
    def drawn(seed: int | None, index: int) -> np.ndarray:
        return DrawOccluders(seed=seed)(face(index))['img']

    np.testing.assert_array_equal(drawn(1, 7), drawn(1, 7))
    assert not np.array_equal(drawn(1, 7), drawn(2, 7))
    assert not np.array_equal(drawn(1, 7), drawn(1, 8))
    torch.manual_seed(0)
    one, two = drawn(None, 0), drawn(None, 0)
    torch.manual_seed(0)
    np.testing.assert_array_equal(drawn(None, 0), one)
    assert not np.array_equal(one, two)


def test_sunglasses_sit_on_the_eyes_wherever_the_face_is():
    dataset = SyntheticFaces(size=96, length=8)
    for index in range(8):
        item = dataset.draw(index) | {'sample_idx': index}
        eyes = item['gt_landmarks'][36:48].reshape(2, 6, 2).mean(1)
        moved = np.roll(item['img'], 15, axis=1)
        for img, shift in ((item['img'], 0), (moved, 15 / 96)):
            given = item | {'img': img, 'gt_landmarks': item['gt_landmarks'] + np.float32([shift, 0])}
            done = DrawOccluders(kinds=('sunglasses',), seed=0)(given)
            for x, y in 96 * (eyes + np.float32([shift, 0])):
                assert done['gt_occlusion'][int(y), int(x)]
            assert (done['gt_parsing'][done['gt_occlusion']] == 0).all()


def test_the_camera_of_a_drawn_face_is_found():
    rest = express('neutral', 0.0, Draws(1))
    for number, angles in enumerate([(0, 0, 0), (0.3, 0, 0), (0, 0.15, 0), (0, 0, 0.6), (-0.25, 0.1, -0.2)]):
        head = build_head(sample_person(Draws(number)), rest)
        camera = Camera(rotation(*angles), 0.3, (0.45, 0.55))
        found = fit_camera(head, pose_face(head, camera).landmarks)
        np.testing.assert_allclose(found.turn, camera.turn, atol=0.06)
        assert found.scale == pytest.approx(0.3, rel=0.03)
        np.testing.assert_allclose(found.centre, camera.centre, atol=0.015)
    profile = pose_face(head, Camera(rotation(0.9, 0, 0), 0.3, (0.5, 0.5))).landmarks
    towards = fit_camera(head, profile).turn[2]
    assert np.degrees(np.arctan2(-towards[0], towards[2])) == pytest.approx(28, abs=0.1)  # no farther than heads are drawn


def test_a_hand_has_the_colour_of_the_cheeks():
    given = face()
    given['img'][..., 1:] = 60, 20
    done = DrawOccluders(kinds=('hand',), seed=0)(given)
    red, green, blue = np.median(done['img'][done['gt_occlusion']], axis=0)
    assert 120 < red < 215
    assert green < 0.4 * red
    assert blue < 0.2 * red


def test_probability_and_kinds():
    hit = [DrawOccluders(kinds=('shape',), prob=0.5, seed=0)(face(i))['gt_occlusion'].any() for i in range(60)]
    assert 15 < sum(hit) < 45
    with pytest.raises(ValueError, match=r"kinds=\('hat',\): expected some of mask"):
        DrawOccluders(kinds=('hat',))
