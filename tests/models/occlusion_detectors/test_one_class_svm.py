"""The one-class SVM on latents: in torch what scikit-learn computes, and nothing but arrays in a checkpoint."""

import numpy as np
import torch
from sklearn.svm import OneClassSVM

from ofer.models import LatentOneClassSVM


def test_scores_are_scikit_learns() -> None:
    latents = torch.randn(4, 3, 5, 5, generator=torch.Generator().manual_seed(0))
    detector = LatentOneClassSVM(in_channels=3, nu=0.2, samples=200)
    assert not detector.begun
    for batch in latents.split(2):
        detector.observe(batch)
    detector.begin()
    assert detector.begun
    assert not list(detector.parameters())
    flat = latents.movedim(1, -1).reshape(-1, 3)
    standard = ((flat - flat.mean(0)) / flat.std(0)).numpy()
    # the order in which it was fitted changes nothing
    expected = -OneClassSVM(kernel='rbf', gamma='scale', nu=0.2).fit(standard).decision_function(standard)
    assert np.abs(detector(latents).flatten().numpy() - expected).max() < 2e-3 * np.abs(expected).max()


def test_a_sample_is_enough_and_any_checkpoint_fits() -> None:
    latents = torch.randn(4, 3, 5, 5, generator=torch.Generator().manual_seed(0))
    first, second = (LatentOneClassSVM(in_channels=3, nu=0.2, samples=40) for _ in range(2))
    first.observe(latents)
    first.begin()
    first.review(latents)
    first.conclude()
    assert 0 < (first.coefficients > 0).sum() < 40
    second.load_state_dict(first.state_dict())
    assert torch.equal(second(latents), first(latents))
    assert torch.allclose(first.flags(first(latents)).float().mean(), torch.tensor(0.2), atol=0.02)
    assert first(torch.full((1, 3, 1, 1), 9.0)) > first.threshold


def test_the_sample_is_drawn_evenly_from_all_batches_and_no_more_is_kept() -> None:
    detector = LatentOneClassSVM(in_channels=1, samples=300)
    for batch in range(10):
        detector.observe(torch.full((1, 1, 20, 20), float(batch)))
        assert len(detector._observed) == min(300, 400 * (batch + 1))
    counts = torch.bincount(detector._observed.flatten().long(), minlength=10)
    assert ((counts - 30).abs() < 4 * (300 * 0.1 * 0.9) ** 0.5).all()
