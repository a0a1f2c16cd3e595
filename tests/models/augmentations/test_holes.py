import pytest
import torch

from ofer.masks import patches_to_pixels
from ofer.models.augmentations.holes import distance_to_segments, random_patches, strokes
from ofer.models.layers.face_batch import FaceBatch
from ofer.registry import MODELS


def batch(number: int = 64, side: int = 24) -> FaceBatch:
    return FaceBatch(torch.rand(number, 3, side, side) * 255, torch.zeros(number, 1, side, side))


def test_the_number_of_patches_is_exact_and_their_places_differ():
    torch.manual_seed(1)
    patches = random_patches(torch.tensor([0.0, 0.25, 0.25, 1.0]), 4)
    assert patches.flatten(1).sum(1).tolist() == [0, 4, 4, 16]
    assert not torch.equal(patches[1], patches[2])


def test_distances_by_hand():
    points = torch.tensor([[[0.0, 1.0], [2.0, 0.0], [0.5, 0.0]]])
    start, stop = torch.tensor([[0.0, 0.0], [0.0, 0.0]]), torch.tensor([[1.0, 0.0], [0.0, 0.0]])  # the second is a point
    expected = torch.tensor([[[1.0, 1.0, 0.0]], [[1.0, 2.0, 0.5]]])
    torch.testing.assert_close(distance_to_segments(points, start, stop), expected)


def test_a_thicker_brush_covers_more():
    shares = []
    for thickness in (0.1, 0.5):
        torch.manual_seed(0)
        shares.append(float(strokes(200, 8, 4, (0.2, 0.3), (thickness, thickness), torch.device('cpu')).float().mean()))
    assert 0 < shares[0] < 0.3 < shares[1] < 0.9


def test_an_occluder_gets_its_patches_and_other_images_get_some():
    torch.manual_seed(0)
    given = batch()
    given.occlusion[0, 0, 5, 6:14] = 1.0  # row 1; columns 1 to 3 of patches of 4 pixels
    result = MODELS.build(dict(type='BatchHole', grid=6, share=(0.25, 0.5)))(given)
    expected = torch.zeros(6, 6, dtype=torch.bool)
    expected[1, 1:4] = True
    assert torch.equal(result.hole[0, 0], patches_to_pixels(expected, 24, 24))
    assert bool(result.hole[1:].flatten(1).any(1).float().mean() > 0.9)
    assert torch.equal(result.images, given.images)
    patchwise = result.hole[:, 0, ::4, ::4]
    assert torch.equal(patches_to_pixels(patchwise, 24, 24), result.hole[:, 0])


def test_the_threshold_leaves_out_what_is_hardly_covered():
    given = batch(1)
    given.occlusion[0, 0, :4, :5] = 1.0  # the first patch, and a quarter of the second
    result = MODELS.build(dict(type='BatchHole', grid=6, threshold=0.3))(given)
    assert int(result.hole.sum()) == 16


def test_truth_is_uncovered_and_follows_geometry_and_light():
    torch.manual_seed(0)
    given = batch(8)
    keep, cover = MODELS.build(dict(type='KeepTruth')), MODELS.build(dict(type='BatchErasing', prob=1.0, size=(0.5, 0.5), fills=('black',)))
    kept = cover(keep(given))
    assert torch.equal(kept.truth, given.images)
    assert not torch.equal(kept.images, given.images)
    moved = MODELS.build(dict(type='BatchLight'))(MODELS.build(dict(type='BatchAffine'))(kept))
    visible = (moved.occlusion == 0).expand_as(moved.images)
    assert not torch.equal(moved.truth, kept.truth)
    difference = (moved.images - moved.truth).abs()
    assert float(difference[visible].max()) < 1e-3
    assert float(difference[~visible].mean()) > 10
    assert torch.equal(keep(moved).truth, moved.truth)


def test_a_hole_moves_with_the_image():
    given = batch(2)
    given.hole = torch.zeros(2, 1, 24, 24, dtype=torch.bool)
    given.hole[..., :6] = True
    mirror = MODELS.build(dict(type='BatchAffine', flip=1.0, degrees=0.0, scale=(1.0, 1.0), translate=0.0))
    assert torch.equal(mirror(given).hole, given.hole.flip(3))


@pytest.mark.parametrize(
    ('bad', 'word'),
    [
        (dict(grid=0), 'grid=0'),
        (dict(threshold=1.0), 'threshold=1.0'),
        (dict(share=(0.5, 0.1)), 'share'),
        (dict(length=(0.0, 2.0)), 'length'),
    ],
)
def test_bad_arguments(bad, word):
    with pytest.raises(ValueError, match=word):
        MODELS.build(dict(type='BatchHole', **bad))


def test_the_grid_divides_the_image():
    with pytest.raises(ValueError, match='grid=5'):
        MODELS.build(dict(type='BatchHole', grid=5))(batch(1))
