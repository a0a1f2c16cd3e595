import numpy as np
import pytest

from ofer.inference.face_result import FaceResult
from ofer.inference.restoring import paste_restored, restored_photo

CORNERS = np.array([[19.5, 9.5], [59.5, 9.5], [59.5, 49.5], [19.5, 49.5]], np.float32)
PHOTO = np.full((80, 90, 3), 100, np.uint8)


def result(flags: list[list[int]]) -> FaceResult:
    restored = np.full((20, 20, 3), 220, np.uint8)
    return FaceResult('a', label='anger', restored=restored, patch_map=np.array(flags, np.float32), corners=CORNERS)


def test_only_flagged_patches_are_repainted() -> None:
    photo = paste_restored(PHOTO, result([[0, 0], [0, 1]]))
    assert photo[32:48, 42:58].min() > 200
    assert (photo[10:22, 20:32] == 100).all()
    assert (photo[55:] == 100).all()
    assert (photo[:, 64:] == 100).all()
    assert (PHOTO == 100).all()


def test_edges_fade() -> None:
    row = paste_restored(PHOTO, result([[0, 0], [1, 1]]))[:, 40, 0].astype(int)
    steps = np.abs(np.diff(row[15:35]))
    assert steps.max() < 80  # of 120 in all
    assert steps.sum() >= 100


def test_a_turned_crop_is_turned_back() -> None:
    turned = FaceResult(
        'a', restored=result([[0]]).restored, patch_map=np.array([[1, 0], [0, 0]], np.float32), corners=np.roll(CORNERS, -1, 0)
    )
    photo = paste_restored(PHOTO, turned)  # the crop's upper left is the photo's upper right
    assert photo[12:20, 50:58].min() > 200
    assert (photo[12:20, 21:26] == 100).all()


def test_faces_without_occlusion_stay_as_they_are() -> None:
    np.testing.assert_array_equal(restored_photo(PHOTO, [result([[0, 0], [0, 0]]), FaceResult('a')]), PHOTO)
    with pytest.raises(ValueError, match='no restored face'):
        paste_restored(PHOTO, FaceResult('a'))
