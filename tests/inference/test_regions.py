"""Regions on a drawn face, whose landmarks are exact."""

import numpy as np
import pytest

from ofer.datasets import SyntheticFaces
from ofer.inference.regions import REGIONS, occluded_regions, occluded_shares, region_areas


@pytest.fixture(scope='module')
def landmarks() -> np.ndarray:
    return SyntheticFaces(length=3, size=64)[0]['gt_landmarks']


def centre(area: np.ndarray) -> np.ndarray:
    """x and y of the area's centre, shares."""
    grid = len(area)
    x, y = np.meshgrid((np.arange(grid) + 0.5) / grid, (np.arange(grid) + 0.5) / grid)
    return np.array([(x * area).sum(), (y * area).sum()]) / area.sum()


def test_regions_are_where_the_landmarks_are(landmarks: np.ndarray) -> None:
    areas = region_areas(landmarks, 28)
    assert set(areas) == {'face', *REGIONS}
    for name, points in (('mouth', slice(48, 60)), ('nose', slice(27, 36)), ('eyes', slice(36, 48)), ('brows', slice(17, 27))):
        np.testing.assert_allclose(centre(areas[name]), landmarks[points].mean(0), atol=0.04)
        assert (areas[name] <= areas['face'] + 1e-6).mean() > 0.97


def test_halves_share_the_face_and_left_is_the_persons(landmarks: np.ndarray) -> None:
    areas = region_areas(landmarks, 14)
    np.testing.assert_allclose(areas['left_half'] + areas['right_half'], areas['face'], atol=1e-6)
    left_eye, right_eye = landmarks[42:48].mean(0), landmarks[36:42].mean(0)  # 300-W: 42-47 is the person's left eye
    towards_left = left_eye - right_eye
    assert (centre(areas['left_half']) - centre(areas['right_half'])) @ towards_left > 0
    assert centre(areas['lower_face'])[1] > centre(areas['face'])[1]


def test_a_turned_face_has_turned_regions(landmarks: np.ndarray) -> None:
    quarter = np.stack([1 - landmarks[:, 1], landmarks[:, 0]], 1)  # by 90 degrees
    for name, area in region_areas(landmarks, 28).items():
        np.testing.assert_allclose(region_areas(quarter, 28)[name], np.rot90(area, -1), atol=0.3)


def test_shares_of_known_maps(landmarks: np.ndarray) -> None:
    whole, regions = occluded_shares(np.ones((7, 7), np.float32), landmarks)
    assert whole == pytest.approx(1)
    assert set(regions) == set(REGIONS)
    assert all(share == pytest.approx(1) for share in regions.values())
    lower = np.zeros((28, 28), np.float32)
    lower[int(28 * landmarks[33, 1]) + 1 :] = 1  # below the nose, as a mask
    _, regions = occluded_shares(lower, landmarks)
    assert regions['mouth'] > 0.9
    assert regions['eyes'] == regions['brows'] == 0
    assert occluded_regions(regions, {})[0] == 'mouth'
    assert regions['left_half'] == pytest.approx(regions['right_half'], abs=0.2)


def test_regions_outside_the_crop_are_left_out(landmarks: np.ndarray) -> None:
    moved = landmarks + np.array([0, 0.6])  # the mouth is below the crop
    _, regions = occluded_shares(np.ones((7, 7), np.float32), moved)
    assert 'mouth' not in regions
    assert 'eyes' in regions


def test_without_landmarks_the_crop_is_the_face() -> None:
    assert occluded_shares(np.array([[1, 0], [0, 0]], np.float32), None) == (0.25, {})


@pytest.mark.parametrize('bad', [np.zeros((67, 2)), np.full((68, 2), np.nan)])
def test_bad_landmarks_are_refused(bad: np.ndarray) -> None:
    with pytest.raises(ValueError, match='landmarks'):
        region_areas(bad, 7)


def test_coinciding_landmarks_do_not_crash() -> None:
    assert set(region_areas(np.full((68, 2), 0.5), 7)) == {'face', *REGIONS}
