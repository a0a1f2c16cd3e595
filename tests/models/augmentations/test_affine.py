import math

import pytest
import torch
from torch.nn import functional as F

from ofer.categories import LANDMARK_MIRROR
from ofer.models.augmentations.affine import affine_matrices, moved_landmarks
from ofer.models.layers.face_batch import FaceBatch
from ofer.registry import MODELS


def moved(image: torch.Tensor, angle=0.0, scale=1.0, shift=(0.0, 0.0), mirrored=False) -> torch.Tensor:
    matrices = affine_matrices(torch.tensor([angle]), torch.tensor([scale]), torch.tensor([shift]), torch.tensor([mirrored]))
    grid = F.affine_grid(matrices, list(image.shape), align_corners=False)
    return F.grid_sample(image, grid, align_corners=False)


@pytest.fixture
def image() -> torch.Tensor:
    return torch.rand(1, 1, 8, 8)


def test_nothing_drawn_moves_nothing(image):
    torch.testing.assert_close(moved(image), image)


def test_a_mirror_image_is_exact(image):
    torch.testing.assert_close(moved(image, mirrored=True), image.flip(-1))


def test_a_quarter_turn_is_clockwise(image):
    torch.testing.assert_close(moved(image, angle=math.pi / 2), image.rot90(-1, (2, 3)), rtol=1e-4, atol=1e-4)


def test_a_shift_moves_the_content_right_and_down(image):
    result = moved(image, shift=(1 / 8, 2 / 8))
    torch.testing.assert_close(result[..., 2:, 1:], image[..., :-2, :-1])


def test_twice_the_scale_shows_the_middle_half():
    image = torch.zeros(1, 1, 8, 8)
    image[..., 2:6, 2:6] = 1
    result = moved(image, scale=2.0)
    assert float(result[..., 1:-1, 1:-1].min()) == 1  # at the border half a pixel of the outside is mixed in
    assert float(moved(image, scale=0.5).mean()) == pytest.approx(1 / 16, abs=0.02)


def test_outside_is_filled_and_the_occlusion_moves_with_the_image():
    affine = MODELS.build(dict(type='BatchAffine', flip=1.0, degrees=0.0, scale=(0.5, 0.5), translate=0.0, fill=50.0))
    images = torch.full((3, 1, 8, 8), 200.0)
    occlusion = torch.zeros(3, 1, 8, 8)
    occlusion[..., :4] = 1
    result = affine(FaceBatch(images, occlusion))
    assert float(result.images[0, 0, 0, 0]) == pytest.approx(50)
    assert float(result.images[0, 0, 3, 3]) == pytest.approx(200)
    assert float(result.occlusion[..., 2:6, 4:6].min()) == 1  # mirrored: what was left is right
    assert float(result.occlusion[..., :4].max()) == 0


def test_every_image_draws_its_own():
    torch.manual_seed(0)
    affine = MODELS.build(dict(type='BatchAffine'))
    images = torch.rand(1, 3, 16, 16).expand(8, -1, -1, -1) * 255
    result = affine(FaceBatch(images, torch.zeros(8, 1, 16, 16))).images
    assert all(not torch.allclose(result[0], other) for other in result[1:])


@pytest.mark.parametrize(('bad', 'message'), [(dict(flip=2), 'flip=2'), (dict(scale=(1.1, 0.9)), 'scale=')])
def test_bad_arguments_are_named(bad, message):
    with pytest.raises(ValueError, match=message):
        MODELS.build(dict(type='BatchAffine', **bad))


@pytest.mark.parametrize('mirrored', [False, True])
def test_landmarks_stay_on_the_content(mirrored):
    """A bright spot is drawn at landmark 0; after the move it is where its new position says, under its new number."""
    y, x = torch.meshgrid((torch.arange(64) + 0.5) / 64, (torch.arange(64) + 0.5) / 64, indexing='ij')
    landmarks = torch.rand(1, 68, 2)
    landmarks[0, 0] = torch.tensor([0.4, 0.6])
    spot = torch.exp(-((x - 0.4) ** 2 + (y - 0.6) ** 2) / 0.002)[None, None]
    matrices = affine_matrices(torch.tensor([0.3]), torch.tensor([1.2]), torch.tensor([[0.05, -0.1]]), torch.tensor([mirrored]))
    grid = F.affine_grid(matrices, list(spot.shape), align_corners=False)
    result = F.grid_sample(spot, grid, align_corners=False)[0, 0]
    found = torch.stack([(result * x).sum(), (result * y).sum()]) / result.sum()
    expected = moved_landmarks(landmarks, matrices, torch.tensor([mirrored]))[0, LANDMARK_MIRROR[0] if mirrored else 0]
    torch.testing.assert_close(found, expected, atol=2e-3, rtol=0)


def test_a_batch_moves_its_landmarks_too():
    torch.manual_seed(0)
    affine = MODELS.build(dict(type='BatchAffine', flip=1.0, degrees=0.0, scale=(1.0, 1.0), translate=0.0))
    landmarks = torch.rand(2, 68, 2)
    moved_batch = affine(FaceBatch(torch.rand(2, 1, 8, 8), torch.zeros(2, 1, 8, 8), landmarks))
    mirror = landmarks[:, list(LANDMARK_MIRROR)]
    torch.testing.assert_close(moved_batch.landmarks, torch.stack([1 - mirror[..., 0], mirror[..., 1]], -1))
