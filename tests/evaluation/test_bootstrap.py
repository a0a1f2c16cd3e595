"""Bootstrap intervals against plain loops and limits."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from ofer.evaluation import bootstrap
from ofer.evaluation.functional import balanced_accuracy, reliability


def test_resamples_have_the_size_of_the_set_and_do_not_change() -> None:
    weights = bootstrap.resamples(50, 20)
    assert weights.shape == (20, 50)
    assert (weights.sum(1) == 50).all()
    assert (weights == bootstrap.resamples(50, 20)).all()
    assert abs((bootstrap.resamples(50, 400) == 0).mean() - np.exp(-1)) < 0.01


def test_metrics_equal_those_of_repeated_images() -> None:
    rng = np.random.default_rng(0)
    target, prediction = rng.integers(0, 4, 60), rng.integers(0, 4, 60)
    weights = bootstrap.resamples(60, 5)
    uar = bootstrap.balanced_accuracy_of(target, target == prediction)(weights)
    f1 = bootstrap.macro_f1_of(target, prediction, range(4))(weights)
    for b, row in enumerate(weights.astype(int)):
        chosen = np.repeat(np.arange(60), row)
        assert uar[b] == pytest.approx(balanced_accuracy(target[chosen], prediction[chosen], 4))
        assert f1[b] == pytest.approx(f1_score(target[chosen], prediction[chosen], average='macro'))


def test_unknown_values_do_not_count() -> None:
    mean = bootstrap.mean_of([1, np.nan, 0, 1])
    assert mean(np.array([[1.0, 1, 1, 1], [2, 5, 1, 0], [0, 1, 0, 0]])) == pytest.approx([2 / 3, 2 / 3, np.nan], nan_ok=True)


def test_interval_of_a_mean() -> None:
    """Half-width of a proportion: 1.96 * sqrt(0.25 / 400) = 0.049."""
    values = np.arange(400) % 2
    found = bootstrap.interval(bootstrap.mean_of(values), bootstrap.resamples(400))
    assert found.value == 0.5
    assert found.low == pytest.approx(0.451, abs=0.006)
    assert found.high == pytest.approx(0.549, abs=0.006)


def test_an_image_that_is_shown_several_times_is_resampled_as_one() -> None:
    """By a loop; four copies of every answer do not narrow the interval, as 400 independent answers would."""
    rng = np.random.default_rng(0)
    hits, shown = np.array([2, 0, 1, 3]), np.array([3, 0, 1, 4])
    for row in (weights := bootstrap.resamples(4, 6)):
        [value] = bootstrap.share_of(hits, shown)(row[None])
        chosen = np.repeat(np.arange(4), row.astype(int))
        assert value == pytest.approx(hits[chosen].sum() / shown[chosen].sum())
    assert np.isnan(bootstrap.share_of(hits, [0, 0, 0, 0])(weights)).all()
    right = rng.random(100) < 0.5
    once = bootstrap.interval(bootstrap.mean_of(right), bootstrap.resamples(100))
    assert bootstrap.interval(bootstrap.share_of(4 * right, np.full(100, 4)), bootstrap.resamples(100)) == pytest.approx(once)


def test_calibration_error_of_repeated_images() -> None:
    """By a loop; an image without an answer does not count."""
    rng = np.random.default_rng(0)
    scores = np.round(rng.dirichlet(np.ones(3), 80), 2)
    scores /= scores.sum(1, keepdims=True)
    target, confidence = rng.integers(0, 3, 80), scores.max(1)
    right = scores.argmax(1) == target
    confidence[:5] = np.nan
    weights = bootstrap.resamples(80, 6)
    values = bootstrap.calibration_error_of(confidence, right)(weights)
    for value, row in zip(values, weights.astype(int), strict=True):
        chosen = np.repeat(np.arange(80), row)
        chosen = chosen[chosen >= 5]
        assert value == pytest.approx(reliability(target[chosen], scores[chosen]).expected_calibration_error)


def test_the_interval_of_a_distance_has_its_value_inside() -> None:
    """A model that is as sure as it is right: every resample is further from that than the images are."""
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.5, 1, 300)
    error = bootstrap.calibration_error_of(confidence, rng.random(300) < confidence)
    weights = bootstrap.resamples(300)
    plain, shifted = (bootstrap.interval(error, weights, distance=distance) for distance in (False, True))
    assert plain.value == shifted.value < error(weights).mean() - 0.01
    assert 0 <= shifted.low < shifted.value < shifted.high
    assert shifted.high - shifted.low == pytest.approx(plain.high - plain.low)
    assert plain.low - shifted.low == pytest.approx(error(weights).mean() - plain.value)  # down, not up
    right = bootstrap.calibration_error_of(np.ones(50), np.ones(50))
    assert bootstrap.interval(right, bootstrap.resamples(50), distance=True) == (0, 0, 0)


def test_mean_of_ratios_of_sums() -> None:
    """Sums 3 / 2 and 2 / 4 of two groups; a resample without the images that the second sum needs has no ratio."""
    above, below = [[2, 0], [1, 2]], [[1, 4], [1, 0]]
    assert bootstrap.mean_ratio_of(above, below)(np.array([[1.0, 1], [0, 2]])) == pytest.approx([1, np.nan], nan_ok=True)


def test_difference() -> None:
    rng = np.random.default_rng(0)
    a = rng.random(300) < 0.8
    same = bootstrap.difference(*bootstrap.distributions([bootstrap.mean_of(a), bootstrap.mean_of(a)], 300))
    assert same == (0, 0, 0, 1)
    b = a & (rng.random(300) < 0.8)
    values = bootstrap.distributions([bootstrap.mean_of(a), bootstrap.mean_of(b)], 300)
    found = bootstrap.difference(*values)
    assert found.low > 0
    assert found.p_value == pytest.approx(2 / 1001)
    more = bootstrap.distributions([bootstrap.mean_of(a), bootstrap.mean_of(b)], 300, blocks=3)
    assert more.shape == (2, 3001)
    assert (more[:, :1001] == values).all()
    assert values[:, 0] == pytest.approx([a.mean(), b.mean()])
    assert bootstrap.difference(*more).p_value == pytest.approx(2 / 3001)
    assert bootstrap.difference(*values[::-1]).difference == -found.difference


def test_resamples_without_the_metric_are_on_neither_side() -> None:
    first, second = np.r_[0.5, np.full(99, np.nan), np.full(99, 0.4)], np.zeros(199)
    assert bootstrap.difference(first, second) == bootstrap.difference(np.r_[0.5, np.full(99, 0.4)], np.zeros(100))
    found = bootstrap.difference(np.full(100, np.nan), np.zeros(100))
    assert np.isnan(found).all()
