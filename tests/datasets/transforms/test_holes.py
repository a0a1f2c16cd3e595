import numpy as np
import pytest
import torch
from mmengine.registry import DefaultScope

from ofer.datasets.transforms import FreeFormHole, OcclusionHole, PackFace, PatchHole
from ofer.datasets.transforms.geometry import check_geometry
from ofer.datasets.transforms.holes import free_form
from ofer.masks import covered_share
from ofer.registry import SCOPE, TRANSFORMS
from ofer.synthetic import Draws

HOLES = {'FreeFormHole': {}, 'PatchHole': {'grid': 7, 'share': (0.2, 0.6)}}


def face(index: int = 0, height: int = 56, width: int = 70) -> dict:
    return {'img': np.full((height, width, 3), 120, dtype=np.uint8), 'sample_idx': index, 'img_path': f'a/b/{index}.png'}


@pytest.mark.parametrize('name', HOLES)
def test_holes_leave_the_image_alone_and_are_packed(name):
    given = face()
    done = TRANSFORMS.build({'type': name, 'seed': 3, **HOLES[name]})(dict(given))
    assert done['img'] is given['img']
    assert done['hole'].shape == (56, 70)
    assert done['hole'].dtype == bool
    assert 'gt_occlusion' not in done
    packed = PackFace()(done)['data_samples'].hole
    assert packed.dtype == torch.bool
    np.testing.assert_array_equal(packed.numpy(), done['hole'])


@pytest.mark.parametrize('name', HOLES)
def test_holes_depend_on_seed_and_index_alone(name):
    def hole(seed: int | None, index: int) -> np.ndarray:
        return TRANSFORMS.build({'type': name, 'seed': seed, **HOLES[name]})(face(index))['hole']

    np.testing.assert_array_equal(hole(1, 7), hole(1, 7))
    assert not np.array_equal(hole(1, 7), hole(2, 7))
    assert not np.array_equal(hole(1, 7), hole(1, 8))
    torch.manual_seed(0)
    one, two = hole(None, 0), hole(None, 0)
    torch.manual_seed(0)
    np.testing.assert_array_equal(hole(None, 0), one)
    assert not np.array_equal(one, two)


def test_strokes_cover_what_was_asked_for():
    for index in range(20):
        hole = FreeFormHole(share=(0.2, 0.3), seed=0)(face(index, 96, 96))['hole']
        # one piece at most beyond: a thickness of 0.16 by a length of 0.35, and its round ends
        assert 0.2 <= hole.mean() <= 0.3 + 0.16 * 0.35 + 0.16**2
    assert not FreeFormHole(share=(0, 0))(face())['hole'].any()


def test_strokes_are_the_same_at_every_resolution():
    large, small = (free_form(Draws(5), side, side, 0.2, (0.1, 0.1), (0.2, 0.3)) for side in (480, 96))
    assert (covered_share(torch.from_numpy(large), 96, 96).numpy() > 0.5)[small].mean() > 0.85


def test_patch_holes_have_their_number():
    def shares(hole: np.ndarray) -> torch.Tensor:
        return covered_share(torch.from_numpy(hole), 7, 7)

    for size in ((56, 70), (50, 61)):
        share = shares(PatchHole(grid=7, number=12, seed=0)(face(0, *size))['hole'])
        assert share.sum() == 12
        assert share.unique().tolist() == [0, 1]
    counts = [shares(PatchHole(grid=7, share=(0.2, 0.6), seed=0)(face(i))['hole']).sum() for i in range(60)]
    assert min(counts) >= 9  # 0.2 of 49 is 9.8
    assert max(counts) <= 30
    assert max(counts) - min(counts) > 10


def test_a_hole_from_the_occlusion():
    occlusion = np.zeros((56, 70), dtype=bool)
    occlusion[8:16, 20:30] = True  # all of the patches' row 1, and columns 2
    given = face() | {'gt_occlusion': occlusion}
    np.testing.assert_array_equal(OcclusionHole()(dict(given))['hole'], occlusion)
    grown = TRANSFORMS.build({'type': 'OcclusionHole', 'grow': 2})(dict(given))['hole']
    assert grown[6:18, 20:30].all()
    assert grown.sum() <= 12 * 14
    patches = OcclusionHole(grid=7)(dict(given))['hole']
    expected = np.zeros((56, 70), dtype=bool)
    expected[8:16, 20:30] = True
    np.testing.assert_array_equal(patches, expected)
    occlusion[16, 20:30] = True  # an eighth of the next patch
    assert OcclusionHole(grid=7)(dict(given))['hole'][16:24, 20:30].all()
    assert not OcclusionHole(grid=7, threshold=0.2)(dict(given))['hole'][16:24].any()
    with pytest.raises(ValueError, match='has no gt_occlusion'):
        OcclusionHole()(face())


def test_bad_arguments_are_refused():
    for wrong in ({'share': (0.4, 0.1)}, {'share': (0.1, 1.0)}, {'thickness': (0.0, 0.1)}):
        with pytest.raises(ValueError, match=f'{next(iter(wrong))}='):
            FreeFormHole(**wrong)
    for wrong in ({}, {'share': (0, 1), 'number': 3}, {'number': 50, 'grid': 7}):
        with pytest.raises(ValueError, match='number='):
            PatchHole(**wrong)
    with pytest.raises(ValueError, match='threshold=1'):
        OcclusionHole(threshold=1)


def test_holes_go_with_the_image():
    done = TRANSFORMS.build({'type': 'FlipFace', 'prob': 1.0})(PatchHole(grid=7, number=9, seed=0)(face()))
    np.testing.assert_array_equal(done['hole'][:, ::-1], PatchHole(grid=7, number=9, seed=0)(face())['hole'])
    with pytest.raises(ValueError, match='leaves hole behind'):
        check_geometry([FreeFormHole(), TRANSFORMS.build({'type': 'RandomFlip', 'prob': 0.5})])
    with DefaultScope.overwrite_default_scope(SCOPE):
        one_of = TRANSFORMS.build(
            {'type': 'RandomChoice', 'transforms': [[{'type': 'FreeFormHole'}], [{'type': 'PatchHole', 'number': 9}]]}
        )
    with pytest.raises(ValueError, match=r'leaves hole behind.*before what'):
        check_geometry([one_of, TRANSFORMS.build({'type': 'RandomFlip', 'prob': 0.5})])
