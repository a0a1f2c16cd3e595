import pytest
import torch

from ofer.models.augmentations.erasing import FILLS, rectangles
from ofer.models.layers.face_batch import FaceBatch
from ofer.registry import MODELS


def batch(number: int = 64) -> FaceBatch:
    return FaceBatch(torch.rand(number, 3, 16, 16) * 200 + 20, torch.zeros(number, 1, 16, 16))


def test_a_rectangle_holds_the_pixels_whose_centres_it_holds():
    mask = rectangles(*(torch.tensor([value]) for value in (0.25, 0.0, 0.5, 0.25)), size=(8, 8))
    expected = torch.zeros(8, 8, dtype=torch.bool)
    expected[2:6, :2] = True
    assert torch.equal(mask[0, 0], expected)


@pytest.mark.parametrize('fill', FILLS)
def test_only_what_is_marked_changes(fill):
    torch.manual_seed(0)
    given = batch()
    result = MODELS.build(dict(type='BatchErasing', prob=0.5, size=(0.25, 0.5), fills=(fill,)))(given)
    marked = result.occlusion.bool().expand(-1, 3, -1, -1)
    torch.testing.assert_close(result.images[~marked], given.images[~marked])
    assert float((result.images != given.images)[marked].float().mean()) > 0.95
    shares = result.occlusion.mean((1, 2, 3))
    assert 0.3 < float((shares > 0).float().mean()) < 0.7
    assert float(shares.max()) <= 0.25 + 1e-6
    assert float(shares[shares > 0].min()) >= 3 / 16 * 3 / 16  # a side of 4 pixels may hold 3 centres
    assert not given.occlusion.any()


def test_black_is_black_and_a_face_is_of_another_image():
    torch.manual_seed(0)
    given = batch(4)
    black = MODELS.build(dict(type='BatchErasing', prob=1.0, size=(1.0, 1.0), fills=('black',)))(given)
    assert not black.images.any()
    face = MODELS.build(dict(type='BatchErasing', prob=1.0, size=(1.0, 1.0), fills=('face',)))(given)
    torch.testing.assert_close(face.images, given.images.roll(1, 0))


def test_what_was_occluded_stays_marked():
    given = FaceBatch(torch.zeros(2, 1, 8, 8), torch.full((2, 1, 8, 8), 0.7))
    assert float(MODELS.build(dict(type='BatchErasing', prob=0.0))(given).occlusion.min()) == pytest.approx(0.7)


@pytest.mark.parametrize(('bad', 'message'), [(dict(fills=('pink',)), 'pink'), (dict(size=(0.0, 0.5)), 'size=')])
def test_bad_arguments_are_named(bad, message):
    with pytest.raises(ValueError, match=message):
        MODELS.build(dict(type='BatchErasing', **bad))
