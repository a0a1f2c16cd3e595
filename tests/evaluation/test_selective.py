"""Risk against coverage."""

import numpy as np
import pytest

from ofer.evaluation.bootstrap import resamples
from ofer.evaluation.selective import accuracy_at_of, area_of, risk_coverage


def test_by_hand() -> None:
    """Sorted by confidence: right, wrong, right, right; risks 0, 1/2, 1/3, 1/4."""
    found = risk_coverage([True, True, False, True], [0.9, 0.2, 0.8, 0.7])
    assert found.risk == pytest.approx([0, 1 / 2, 1 / 3, 1 / 4])
    assert found.coverage == pytest.approx([0.25, 0.5, 0.75, 1])
    assert found.area == pytest.approx((1 / 2 + 1 / 3 + 1 / 4) / 4)
    assert found.accuracy_at(1) == 0.75
    assert found.accuracy_at(0.25) == 1


def test_without_information_the_order_does_not_matter() -> None:
    right = np.arange(10) < 3
    for turned in (right, right[::-1]):
        assert risk_coverage(turned, np.full(10, 0.5)).risk == pytest.approx(np.full(10, 0.7))


def test_of_repeated_images() -> None:
    """By a loop over resamples; most images share their confidence with others."""
    rng = np.random.default_rng(0)
    confidence = np.round(rng.random(90), 1)
    right = rng.random(90) < confidence
    weights = resamples(90, 40)
    areas, accuracies = area_of(right, confidence)(weights), accuracy_at_of(right, confidence, 0.8)(weights)
    for row, area, accuracy in zip(weights.astype(int), areas, accuracies, strict=True):
        chosen = np.repeat(np.arange(90), row)
        found = risk_coverage(right[chosen], confidence[chosen])
        assert area == pytest.approx(found.area)
        assert accuracy == pytest.approx(found.accuracy_at(0.8))


def test_bad_arguments() -> None:
    with pytest.raises(ValueError, match='same length > 0'):
        risk_coverage([True], [0.1, 0.2])
