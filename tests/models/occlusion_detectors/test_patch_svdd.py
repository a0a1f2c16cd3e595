"""Patch-SVDD on images."""

import pytest
import torch
from torch.nn import functional as F

from ofer.models import PatchSVDD
from ofer.models.occlusion_detectors.patch_svdd import crop_windows


def faces(n: int = 8) -> torch.Tensor:
    """Smooth pictures that are alike."""
    coarse = torch.randn(1, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    noise = torch.randn(n, 3, 4, 4, generator=torch.Generator().manual_seed(1))
    return F.interpolate(coarse + 0.1 * noise, size=(32, 32), mode='bicubic')


def test_windows_by_hand() -> None:
    images = torch.arange(32).view(2, 1, 4, 4)
    out = crop_windows(images, torch.tensor([0, 2]), torch.tensor([1, 2]), 2)
    assert out[:, 0].tolist() == [[[1, 2], [5, 6]], [[26, 27], [30, 31]]]


def test_a_windows_vector_is_of_its_patch_and_what_is_around() -> None:
    detector = PatchSVDD(patch_size=8, dims=4, width=4).eval()
    images = faces(1)
    changed = images.clone()
    changed[..., 16:24, 16:24] += 1  # patch (2, 2); windows reach half a patch beyond their own
    moved = (detector.embed(changed) - detector.embed(images)).abs().amax(-1)[0] > 0
    assert moved[1:, 1:].all()
    assert not moved[0].any()
    assert not moved[:, 0].any()


def test_finds_what_is_no_face() -> None:
    torch.manual_seed(0)
    detector, images = PatchSVDD(patch_size=8, dims=8, width=8, memory=100), faces()
    optimizer = torch.optim.Adam(detector.parameters(), lr=3e-3)
    losses = []
    for _ in range(40):
        loss = detector.loss(images)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert sum(losses[-10:]) < sum(losses[:10])
    detector.review(images)
    detector.conclude()
    strange = images[:1].clone()
    strange[..., 8:16, 16:24] = torch.randn(3, 8, 8) * 3
    scores = detector(strange)
    assert scores.shape == (1, 4, 4)
    assert scores[0, 1, 2] > detector.threshold
    fresh = PatchSVDD(patch_size=8, dims=8, width=8, memory=100)
    fresh.load_state_dict(detector.state_dict())
    assert torch.equal(fresh(strange), scores)


def test_batches_of_one_image() -> None:
    at_once, by_one = (PatchSVDD(patch_size=8, dims=4, width=4, memory=20) for _ in range(2))
    by_one.load_state_dict(at_once.state_dict())
    at_once.review(faces())
    for image in faces().split(1):
        by_one.review(image)
    at_once.conclude()
    by_one.conclude()
    torch.testing.assert_close(by_one.bank, at_once.bank)
    torch.testing.assert_close(by_one.threshold, at_once.threshold)


def test_images_smaller_than_a_window() -> None:
    with pytest.raises(ValueError, match='8 pixels are smaller than a window of 16'):
        PatchSVDD(patch_size=8).loss(torch.zeros(2, 3, 8, 8))


def test_neighbours_stay_inside_of_small_images() -> None:
    for seed in range(5):
        torch.manual_seed(seed)
        assert PatchSVDD(patch_size=8, dims=4, width=4).loss(faces()).isfinite()


def test_bad_arguments() -> None:
    with pytest.raises(ValueError, match='patch_size=2'):
        PatchSVDD(patch_size=2)


def test_terms_of_the_loss_by_hand() -> None:
    torch.manual_seed(0)
    detector, seen = PatchSVDD(patch_size=4, position_weight=3.0), {}
    detector.encoder.register_forward_hook(lambda module, args, out: seen.update(vectors=out))
    detector.place.register_forward_hook(lambda module, args, out: seen.update(difference=args[0], logits=out))
    images = torch.rand(6, 3, 32, 32)
    torch.manual_seed(1)
    loss = detector.loss(images)
    torch.manual_seed(1)
    torch.randint(0, 25, (2, 6))  # the anchor, then the window near it
    torch.randint(-1, 2, (2, 6))
    label = torch.randint(8, (6,))
    first, second, middle, neighbour = seen['vectors'].chunk(4)
    torch.testing.assert_close(seen['difference'], middle - neighbour)
    place = F.cross_entropy(seen['logits'], label)
    torch.testing.assert_close(loss, (first - second).square().sum(1).sqrt().mean() + 3 * place)
