"""Pieces of other faces as stand-ins for occluders."""

import torch

from ofer.models import ViTSVDD
from ofer.models.occlusion.pasting import paste_pieces, random_shapes
from ofer.models.occlusion.vit_svdd import repulsion


def test_shapes_are_as_large_as_asked_for() -> None:
    # half axes of 0.2: an ellipse has pi 0.2^2 = 0.126 of the image, a rectangle 0.16; some are cut off by the edge
    shares = random_shapes(50, 64, (0.2, 0.2), torch.Generator().manual_seed(0)).float().mean((1, 2))
    assert shares.min() > 0.02
    assert 0.12 < shares.max() < 0.17


def test_only_covered_pixels_change() -> None:
    images = torch.randn(6, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    out, covered = paste_pieces(images, generator=torch.Generator().manual_seed(1))
    again, _ = paste_pieces(images, generator=torch.Generator().manual_seed(1))
    assert torch.equal(out, again)
    outside = ~covered[:, None].expand_as(images)
    assert torch.equal(out[outside], images[outside])
    assert covered.flatten(1).any(1).all()
    changed = (out != images).any(1)
    assert changed[covered].float().mean() > 0.9


def test_own_pieces_keep_their_colours() -> None:
    images = torch.arange(6.0).view(6, 1, 1, 1).expand(6, 3, 16, 16)  # plain faces
    out, covered = paste_pieces(images, own=1.0)
    assert covered.any()
    assert torch.equal(out, images)
    assert not torch.equal(paste_pieces(images, own=0.0)[0], images)


def test_repulsion_by_hand() -> None:
    # squared distances 0.99 and 3.99, each + 0.01
    outliers = torch.tensor([[0.99**0.5, 0.0], [0.0, 3.99**0.5]])
    assert torch.isclose(repulsion(outliers, torch.zeros(2)), torch.tensor((1 + 1 / 4) / 2))
    assert repulsion(outliers[:0], torch.zeros(2)) == 0


def test_half_covered_patches_are_outliers_and_less_covered_ones_do_not_count() -> None:
    torch.manual_seed(0)
    detector = ViTSVDD(in_channels=3, hidden=(4,), weight_decay=0.0, pasted_weight=2.0)
    latents = torch.randn(1, 3, 2, 2)
    detector.observe(latents)
    detector.begin()
    covered = torch.zeros(1, 4, 4).bool()
    covered[0, :2, 0] = True  # half of the first patch
    covered[0, 0, 2] = True  # a quarter of the second
    squared = detector(latents)[0].square()
    expected = squared[1].mean() + 2 / (squared[0, 0] + 0.01)
    assert torch.isclose(detector.loss(latents, covered), expected)
    assert torch.isclose(detector.loss(latents), squared.mean())
