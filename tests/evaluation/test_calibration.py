import numpy as np
import pytest

from ofer.evaluation.calibration import fit_temperature, fit_threshold, negative_log_likelihood, with_temperature


def test_temperature_one_changes_nothing_and_none_changes_an_answer():
    scores = np.random.default_rng(0).dirichlet(np.ones(5), 20)
    np.testing.assert_allclose(with_temperature(scores, 1.0), scores)
    for temperature in (0.2, 5.0):
        assert (with_temperature(scores, temperature).argmax(1) == scores.argmax(1)).all()
        np.testing.assert_allclose(with_temperature(scores, temperature).sum(1), 1)
    np.testing.assert_allclose(with_temperature([0.8, 0.2], 0.5), [0.64 / 0.68, 0.04 / 0.68])  # squares


def test_certainty_stays_finite():
    np.testing.assert_allclose(with_temperature([1.0, 0.0], 2.0), [1, 0], atol=1e-5)


def test_likelihood_is_the_mean_logarithm():
    assert negative_log_likelihood([0, 1], [[0.5, 0.5], [0.75, 0.25]]) == pytest.approx((np.log(2) + np.log(4)) / 2)


@pytest.mark.parametrize('true', [0.5, 1.0, 3.0])
def test_the_temperature_that_labels_were_drawn_with_is_found(true):
    rng = np.random.default_rng(0)
    scores = rng.dirichlet(np.ones(4), 20000)
    drawn = with_temperature(scores, true).cumsum(1)
    target = (rng.random((len(scores), 1)) > drawn).sum(1).clip(0, 3)
    assert fit_temperature(target, scores) == pytest.approx(true, rel=0.06)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match='temperature=0'):
        with_temperature([0.5, 0.5], 0)
    with pytest.raises(ValueError, match='no predictions'):
        fit_temperature([], np.zeros((0, 3)))


def test_the_threshold_lies_where_the_groups_part():
    assert fit_threshold([0.0, 0.1, 0.2], [0.6, 0.8]) == pytest.approx(0.4)
    # at 0.25: 3 of 4 hits and 1 of 5 false alarms, a difference of 0.55; at 0.45: 2 of 4 and none, 0.5
    negative, positive = [0.0, 0.05, 0.1, 0.15, 0.4], [0.1, 0.35, 0.5, 0.9]
    assert fit_threshold(negative, positive, 1.0) == pytest.approx(0.25)
    assert fit_threshold(negative, positive, 0.1) == pytest.approx(0.45)
    assert fit_threshold([0.5, 0.6], [0.1, 0.2]) > 0.6  # where scores say the contrary, nothing reaches it
    assert fit_threshold([0.3], [0.3]) > 0.3


def test_exactly_the_false_alarms_are_allowed_and_of_equal_thresholds_the_one_with_fewer_is_taken():
    # at 2.25: all hits and 1 of 4 false alarms, a difference of 0.75
    assert fit_threshold([0, 1, 2, 3], [2.5, 5], 0.25) == pytest.approx(2.25)
    # at 2.25 as above; at 4: 3 of 4 hits and no false alarm, 0.75 too
    assert fit_threshold([0, 1, 2, 3], [2.5, 5, 6, 7], 0.5) == pytest.approx(4)


def test_groups_without_an_order_are_refused():
    with pytest.raises(ValueError, match='0 negative and 1 positive'):
        fit_threshold([], [1.0])
    with pytest.raises(ValueError, match='all finite'):
        fit_threshold([float('nan')], [1.0])
    with pytest.raises(ValueError, match='false_alarms=2'):
        fit_threshold([0.0], [1.0], 2)
