import os

import cv2
import numpy as np
import pytest
import torch

from ofer.datasets.transforms.block_occlusion import BlockOcclusion, block_place
from ofer.datasets.transforms.paste_occluders import PasteOccluders, load_cutout, paste
from ofer.registry import TRANSFORMS

COUNTS, PLACE = [1, 3], [0.6536579, 0.391539416, 0.505231316, -7.396606353, 1.043796442]  # written down once


def face(size: int = 224, index: int = 0) -> dict:
    return {'img': np.full((size, size, 3), 120, dtype=np.uint8), 'sample_idx': index}


@pytest.mark.parametrize('ratio', [0.1, 0.2, 0.3])
@pytest.mark.parametrize('size', [48, 112, 224])
def test_the_block_has_the_area_and_is_marked(ratio, size):
    done = TRANSFORMS.build({'type': 'BlockOcclusion', 'ratio': ratio})(face(size))
    black = (done['img'] == 0).all(2)
    np.testing.assert_array_equal(black, done['gt_occlusion'])
    assert abs(black.mean() - ratio) < ratio / size * 4  # half a pixel of the side
    rows, columns = black.any(1).sum(), black.any(0).sum()
    assert rows == columns
    assert rows * columns == black.sum()
    assert (done['img'][~black] == 120).all()


@pytest.mark.parametrize(
    ('fill', 'colour'), [('black', (0, 0, 0)), ('mean', (124, 116, 104)), ((255, 0, 7), (255, 0, 7)), ([1, 2, 3], (1, 2, 3))]
)
def test_blocks_of_a_colour(fill, colour):
    done, black = (BlockOcclusion(0.2, seed=3, fill=kind)(face(index=5)) for kind in (fill, 'black'))
    np.testing.assert_array_equal(done['gt_occlusion'], black['gt_occlusion'])  # the same places under every fill
    assert (done['img'][done['gt_occlusion']] == colour).all()
    assert (done['img'][~done['gt_occlusion']] == 120).all()


def test_blocks_of_noise_are_seeded_by_image():
    first, again, other = (BlockOcclusion(0.3, fill='noise')(face(index=i)) for i in (5, 5, 6))
    np.testing.assert_array_equal(first['img'], again['img'])
    inside = first['img'][first['gt_occlusion']].astype(float)
    assert abs(inside.mean() - 127.5) < 2
    assert abs(inside.std() - 256 / 12**0.5) < 2
    assert not np.array_equal(inside, other['img'][other['gt_occlusion']])
    assert (first['img'][~first['gt_occlusion']] == 120).all()


@pytest.mark.parametrize('fill', ['grey', (1, 2), (0, 0, 256)])
def test_unknown_fills(fill):
    with pytest.raises(ValueError, match='expected black, mean, noise or three numbers'):
        BlockOcclusion(0.1, fill=fill)


def test_places_depend_on_seed_and_index_alone_and_fill_the_image():
    one = [BlockOcclusion(0.2, seed=1)(face(index=i))['gt_occlusion'] for i in range(9)]
    np.testing.assert_array_equal(one[7], BlockOcclusion(0.2, seed=1)(face(index=7))['gt_occlusion'])
    assert not np.array_equal(one[7], BlockOcclusion(0.2, seed=2)(face(index=7))['gt_occlusion'])
    assert not np.array_equal(one[7], one[8])
    places = np.array([block_place(224, 224, 0.2, (0, i)) for i in range(1000)])
    room = 224 - places[0, 2]
    assert places[:, :2].min(0).tolist() == [0, 0]
    assert places[:, :2].max(0).tolist() == [room, room]
    np.testing.assert_allclose(places[:, :2].mean(0), room / 2, rtol=0.06)  # three standard errors


def test_places_are_the_same_at_every_resolution():
    for seed in range(20):
        top, left, side = block_place(1120, 1120, 0.3, (0, seed))
        small = block_place(112, 112, 0.3, (0, seed))
        np.testing.assert_allclose(small, (top / 10, left / 10, side / 10), atol=1.01)


def test_the_share_is_of_the_whole_area_of_a_face_that_is_not_square():
    given = {'img': np.full((100, 160, 3), 120, dtype=np.uint8), 'sample_idx': 0}
    assert BlockOcclusion(0.1)(given)['gt_occlusion'].sum() == 40**2  # a tenth of 16,000 pixels
    assert block_place(100, 400, 0.5, (0, 0))[2] == 100  # no more than there is


def test_limits_of_the_ratio():
    untouched = face()
    assert BlockOcclusion(0.0)(untouched) is untouched
    assert 'gt_occlusion' not in untouched
    assert (BlockOcclusion(1.0)(face())['img'] == 0).all()
    with pytest.raises(ValueError, match=r'ratio=30'):
        BlockOcclusion(30)


def test_given_images_are_not_written_to():
    given = face() | {'gt_occlusion': np.zeros((224, 224), dtype=bool)}
    before = given['img'].copy()
    img, occlusion = given['img'], given['gt_occlusion']
    BlockOcclusion(0.3)(given)
    np.testing.assert_array_equal(img, before)
    assert not occlusion.any()


@pytest.fixture(scope='module')
def cutouts(tmp_path_factory):
    folder = tmp_path_factory.mktemp('cutouts')
    picture = np.zeros((60, 100, 4), dtype=np.uint8)
    picture[10:50, 20:80] = 0, 0, 255, 255  # red, with an empty margin
    cv2.imwrite(str(folder / 'red.png'), picture)
    return folder


def test_cutouts_are_cropped_and_rgb(cutouts):
    cutout = load_cutout(str(cutouts / 'red.png'))
    assert cutout.shape == (40, 60, 4)
    np.testing.assert_allclose(cutout[0, 0], [255, 0, 0, 1])


def test_pasting_puts_the_cutout_where_it_says(cutouts):
    cutout = load_cutout(str(cutouts / 'red.png'))
    img, covered = paste(face()['img'], cutout, center=(112, 60), width=90, angle=0, light=0.5)
    rows, columns = np.flatnonzero(covered.any(1)), np.flatnonzero(covered.any(0))
    assert abs(len(columns) - 90) <= 1
    assert abs(len(rows) - 60) <= 1
    assert abs(columns.mean() - 112) <= 1
    assert abs(rows.mean() - 60) <= 1
    assert img[60, 112].tolist() == [128, 0, 0]
    assert (img[~covered & (np.abs(np.arange(224) - 112) > 50)] == 120).all()
    _, turned = paste(face()['img'], cutout, center=(112, 112), width=90, angle=90, light=1)
    assert abs(turned.any(1).sum() - 90) <= 1


def test_occluders_are_marked_and_seeded(cutouts):
    transform = TRANSFORMS.build({'type': 'PasteOccluders', 'folder': str(cutouts), 'number': (1, 3), 'seed': 4})
    one, two = transform(face(index=5)), transform(face(index=5))
    np.testing.assert_array_equal(one['img'], two['img'])
    assert not np.array_equal(one['img'], transform(face(index=6))['img'])
    changed = (one['img'] != 120).any(2)
    assert one['gt_occlusion'].any()
    assert changed[one['gt_occlusion']].all()
    assert changed.sum() < 1.1 * one['gt_occlusion'].sum() + 50


def test_placements_are_a_fixed_stream(cutouts):
    transform = PasteOccluders(str(cutouts), number=(1, 3), seed=4)
    first, second = transform.placements({'sample_idx': 5}), transform.placements({'sample_idx': 6})
    assert [len(first), len(second)] == COUNTS
    assert [round(value, 9) for value in (first[0].x, first[0].y, first[0].scale, first[0].angle, first[0].light)] == PLACE
    assert first[0].file == 'red.png'


def test_cutouts_are_chosen_by_name_whatever_the_order_of_the_folder(cutouts, tmp_path):
    for name in ('b/2.png', 'a.png', 'b/10.png'):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((cutouts / 'red.png').read_bytes())
    assert PasteOccluders(str(tmp_path)).names == ['a.png', 'b/10.png', 'b/2.png']


def test_an_occluder_is_no_face(cutouts):
    given = face() | {'gt_parsing': np.ones((224, 224), dtype=np.uint8)}
    for transform in (PasteOccluders(str(cutouts), seed=0), BlockOcclusion(0.2)):
        done = transform(dict(given))
        np.testing.assert_array_equal(done['gt_parsing'] == 0, done['gt_occlusion'])


def test_without_a_seed_the_global_generator_decides(cutouts):
    transform = PasteOccluders(str(cutouts))
    torch.manual_seed(0)
    one, two = transform(face())['img'], transform(face())['img']
    torch.manual_seed(0)
    np.testing.assert_array_equal(transform(face())['img'], one)
    assert not np.array_equal(one, two)


def test_probability(cutouts):
    hit = [PasteOccluders(str(cutouts), prob=0.5, seed=0)(face(48, i))['gt_occlusion'].any() for i in range(100)]
    assert 30 < sum(hit) < 70


def test_bad_folders_and_ranges_are_refused(cutouts, tmp_path):
    for folder in (tmp_path / 'gone', tmp_path):
        with pytest.raises(FileNotFoundError, match=r'no pictures of occluders'):
            PasteOccluders(str(folder))(face())
    with pytest.raises(ValueError, match=r'scale=\(0.6, 0.3\)'):
        PasteOccluders(str(cutouts), scale=(0.6, 0.3))
    cv2.imwrite(str(tmp_path / 'opaque.png'), np.zeros((8, 8, 3), dtype=np.uint8))
    with pytest.raises(ValueError, match=r'opaque.png: expected a readable picture with transparency'):
        PasteOccluders(str(tmp_path))(face())


def test_a_cut_out_whose_name_is_not_utf_8(cutouts, tmp_path):
    path = tmp_path / os.fsdecode(b'bad\xff.png')
    path.write_bytes((cutouts / 'red.png').read_bytes())
    np.testing.assert_array_equal(load_cutout(str(path)), load_cutout(str(cutouts / 'red.png')))
    load_cutout.cache_clear()
    path.write_bytes(b'')
    with pytest.raises(ValueError, match='expected a readable picture'):
        load_cutout(str(path))


def test_the_face_before_the_first_occluder_is_kept():
    given = np.random.default_rng(0).integers(1, 256, (64, 64, 3), dtype=np.uint8)
    done = BlockOcclusion(0.3, seed=1)(BlockOcclusion(0.2, seed=0)({'img': given, 'sample_idx': 0}))
    np.testing.assert_array_equal(done['gt_image'], given)
    packed = TRANSFORMS.build({'type': 'PackFace'})(done)
    covered = packed['data_samples'].gt_occlusion
    assert packed['inputs'][:, ~covered].equal(packed['data_samples'].gt_image[:, ~covered])
    assert not packed['inputs'][:, covered].any()
    assert packed['data_samples'].gt_image[:, covered].all()
