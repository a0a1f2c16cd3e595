"""Forms and fillings that stand in for occluders, and what ViT-SVDD learns from them."""

import math

import pytest
import torch
from torch.autograd import gradcheck

from ofer.models import ViTSVDD
from ofer.models.layers.fixed_shapes import fixed_shapes
from ofer.models.occlusion_detectors import pasting
from ofer.models.occlusion_detectors.pasting import RandomSource, paste_pieces
from ofer.models.occlusion_detectors.vit_svdd import hypersphere_classification


def rng(number: int) -> RandomSource:
    return RandomSource(number, torch.device('cpu'), torch.Generator().manual_seed(0))


def test_ellipses_are_as_large_as_asked_for() -> None:
    # half axes of 0.2: an ellipse has pi 0.2^2 = 0.126 of the image, a rectangle 0.16; some are cut off by the edge, bending keeps the area
    shares = pasting.bent_ellipses(rng(50), 64, (0.2, 0.2)).float().mean((1, 2))
    assert shares.min() > 0.02
    assert 0.12 < shares.max() < 0.17


@pytest.mark.parametrize('form', [pasting.blobs, pasting.stripes, pasting.random_forms])
def test_forms_cover_a_part_and_differ(form: object) -> None:
    inside = form(rng(40), 64)
    shares = inside.float().mean((1, 2))
    assert inside.dtype == torch.bool
    assert shares.max() < 0.9
    assert 0.02 < shares.mean() < 0.4
    assert len(shares.unique()) > 20


def test_with_fixed_shapes_blobs_of_one_batch_have_several_sizes() -> None:
    torch.manual_seed(0)
    with fixed_shapes():
        inside = pasting.blobs(rng(200), 64)
    once = pasting.blobs(rng(200), 64)
    assert abs(inside.float().mean() - once.float().mean()) < 0.05
    assert len(inside.float().mean((1, 2)).unique()) > 100


def test_noise_is_standardised_and_smooth() -> None:
    noise = pasting.smooth_noise(rng(3), 64, 3)
    assert torch.allclose(noise.mean((1, 2)), torch.zeros(3), atol=1e-5)
    assert torch.allclose(noise.std((1, 2)), torch.ones(3), atol=1e-5)
    assert (noise[:, 1:] - noise[:, :-1]).abs().max() < 0.3


def test_choices_are_made_for_each_image() -> None:
    options = torch.arange(3.0)[:, None, None].expand(3, 200, 4)
    chosen = rng(200).choose(options, [0.5, 0.5, 0.0])
    assert chosen.shape == (200, 4)
    assert (chosen == chosen[:, :1]).all()
    assert 60 < (chosen[:, 0] == 1).sum() < 140
    assert not (chosen == 2).any()


def test_what_is_pasted_is_where_the_mask_says() -> None:
    images = torch.rand(40, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    out, covered = paste_pieces(images, generator=torch.Generator().manual_seed(1))
    again, _ = paste_pieces(images, generator=torch.Generator().manual_seed(1))
    assert torch.equal(out, again)
    changed = (out - images).abs().amax(1) > 0.01
    assert changed[covered].float().mean() > 0.9
    assert changed[~covered].float().mean() < 0.2  # rims that are covered in part, and shadows
    untouched = ~covered.flatten(1).any(1)
    assert 0 < untouched.sum() < 25


def test_what_is_pasted_over_grey_images_is_grey() -> None:
    out, _ = paste_pieces(torch.rand(16, 1, 32, 32).expand(-1, 3, -1, -1))
    assert torch.allclose(out, out[:, :1].expand_as(out), atol=1e-5)


def test_nothing_is_pasted_over_clean_images() -> None:
    images = torch.rand(4, 3, 32, 32)
    out, covered = paste_pieces(images, clean=1.0)
    assert torch.equal(out, images)
    assert not covered.any()


def test_classification_by_hand() -> None:
    # d^2 = 3: h = 1; d = 0: h = 0
    embedded = torch.tensor([[3**0.5, 0.0], [0.0, 0.0]], dtype=torch.float64)
    value = hypersphere_classification(embedded, torch.zeros(2), torch.tensor([0.25, 0.0]))
    assert math.isclose(value, (0.75 * 1 - 0.25 * math.log(1 - math.exp(-1))) / 2, rel_tol=1e-5)


def test_classification_is_least_where_the_chance_is_the_covered_share() -> None:
    distances = torch.linspace(0.01, 5, 2000)[:, None]
    share = torch.tensor([0.5])
    losses = torch.stack([hypersphere_classification(d[None], torch.zeros(1), share) for d in distances])
    h = (distances[losses.argmin()].square() + 1).sqrt() - 1
    assert torch.isclose(torch.exp(-h), torch.tensor(0.5), atol=1e-3)


def test_gradient_of_the_classification() -> None:
    torch.manual_seed(0)
    embedded, center, share = torch.randn(4, 3).double().requires_grad_(), torch.randn(3).double(), torch.rand(4).double()
    assert gradcheck(lambda x: hypersphere_classification(x, center, share), (embedded,))


def test_the_loss_takes_the_covered_share_of_each_patch() -> None:
    torch.manual_seed(0)
    latents = torch.randn(1, 3, 2, 2)
    covered = torch.zeros(1, 4, 4).bool()
    covered[0, :2, 0] = True  # half of the first patch
    share = torch.tensor([0.5, 0, 0, 0])
    for classifies in (True, False):
        detector = ViTSVDD(in_channels=3, hidden=(4,), weight_decay=0.0, classifies=classifies)
        detector.observe(latents)
        detector.begin()
        embedded = detector.phi(latents.movedim(1, -1)).flatten(0, 2)
        squared = detector(latents).flatten().square()
        expected = hypersphere_classification(embedded, detector.center, share) if classifies else squared[1:].mean()
        assert torch.isclose(detector.loss(latents, covered), expected)
        assert torch.isclose(detector.loss(latents), squared.mean())
