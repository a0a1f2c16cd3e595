import numpy as np
import pytest
import torch

from ofer.datasets.transforms import PatchOcclusion
from ofer.masks import covered_share
from ofer.registry import TRANSFORMS


def face(index: int = 0) -> dict:
    return {'img': np.full((56, 56, 3), 120, dtype=np.uint8), 'sample_idx': index, 'img_path': f'data/test/fear/{index}.png'}


def test_patches_are_black_marked_and_nested():
    few, many = (TRANSFORMS.build({'type': 'PatchOcclusion', 'number': n, 'grid': 14})(face(3)) for n in (20, 98))
    for done, number in ((few, 20), (many, 98)):
        np.testing.assert_array_equal((done['img'] == 0).all(2), done['gt_occlusion'])
        assert (done['img'][~done['gt_occlusion']] == 120).all()
        assert covered_share(torch.from_numpy(done['gt_occlusion']), 14, 14).sum() == number
    assert many['gt_occlusion'][few['gt_occlusion']].all()


def test_places_depend_on_seed_and_index_alone():
    np.testing.assert_array_equal(PatchOcclusion(49)(face(3))['img'], PatchOcclusion(49)(face(3))['img'])
    assert not np.array_equal(PatchOcclusion(49)(face(3))['img'], PatchOcclusion(49)(face(4))['img'])
    assert not np.array_equal(PatchOcclusion(49)(face(3))['img'], PatchOcclusion(49, seed=1)(face(3))['img'])


def test_the_important_patches_go_first(tmp_path):
    importance = np.zeros((2, 7, 7), np.float32)
    importance[1, 2, 3], importance[1, 6, 0] = 5, 4
    np.savez(tmp_path / 'maps.npz', names=np.array(['test/fear/0.png', 'test/fear/1.png']), importance=importance)
    for number, expected in ((1, [(2, 3)]), (2, [(2, 3), (6, 0)]), (3, [(0, 0), (2, 3), (6, 0)])):
        done = PatchOcclusion(number, grid=7, order_file=str(tmp_path / 'maps.npz'))(face(1))
        share = covered_share(torch.from_numpy(done['gt_occlusion']), 7, 7)
        assert [tuple(place) for place in (share == 1).nonzero().tolist()] == expected
    with pytest.raises(ValueError, match=r'no map of test/fear/2.png'):
        PatchOcclusion(1, grid=7, order_file=str(tmp_path / 'maps.npz'))(face(2))
    with pytest.raises(ValueError, match=r'importance is \(2, 7, 7\), expected \(2, 14, 14\)'):
        PatchOcclusion(1, order_file=str(tmp_path / 'maps.npz'))(face(1))
    with pytest.raises(FileNotFoundError, match=r'none.npz'):
        PatchOcclusion(1, order_file=str(tmp_path / 'none.npz'))(face(1))


def test_limits():
    untouched = face()
    assert PatchOcclusion(0)(untouched) is untouched
    assert (PatchOcclusion(196)(face())['img'] == 0).all()
    with pytest.raises(ValueError, match=r'number=197, grid=14'):
        PatchOcclusion(197)
