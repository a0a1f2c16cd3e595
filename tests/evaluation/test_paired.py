import numpy as np
import pytest

from ofer.evaluation.paired import mean_interval, paired_difference


def test_by_hand():
    # n = 10: A alone right 3 times, B alone once. difference 0.2; variance (4 - 4 / 10) / 100 = 0.036; half width 1.95996 * 0.189737
    a = np.array([1, 1, 1, 0, 1, 1, 1, 1, 0, 0], bool)
    b = np.array([0, 0, 0, 1, 1, 1, 1, 1, 0, 0], bool)
    result = paired_difference(a, b)
    assert result.difference == pytest.approx(0.2)
    assert result.high - result.difference == pytest.approx(0.371878, abs=1e-5)
    assert result.difference - result.low == pytest.approx(0.371878, abs=1e-5)
    # fair coin, 4 throws, 3 or more on one side: 2 * (4 + 1) / 16
    assert result.p_value == pytest.approx(0.625)


def test_swapping_changes_the_sign_and_the_same_model_differs_by_nothing():
    rng = np.random.default_rng(0)
    a, b = rng.random((2, 50)) < 0.7
    assert paired_difference(a, b).difference == -paired_difference(b, a).difference
    assert paired_difference(a, a) == (0, 0, 0, 1)


def test_different_lengths_are_refused():
    with pytest.raises(ValueError, match='same length'):
        paired_difference([True], [True, False])


def test_interval_of_a_mean_by_hand():
    # mean 2, deviation 1, t = 4.302653 for two degrees of freedom: 4.302653 / sqrt(3)
    interval = mean_interval([1.0, 2.0, 3.0])
    assert interval.mean == 2
    assert interval.high - 2 == pytest.approx(2.484138, abs=1e-5)
    assert 2 - interval.low == pytest.approx(2.484138, abs=1e-5)
    assert mean_interval([0.5, 0.5]) == (0.5, 0.5, 0.5)


def test_the_interval_of_a_mean_holds_it_as_often_as_it_says():
    rng = np.random.default_rng(0)
    intervals = [mean_interval(rng.normal(3, 2, 5), 0.8) for _ in range(2000)]
    assert np.mean([low < 3 < high for _, low, high in intervals]) == pytest.approx(0.8, abs=0.03)


@pytest.mark.parametrize('values', [[], [1.0], [[1.0, 2.0]]])
def test_one_difference_has_no_interval(values):
    with pytest.raises(ValueError, match='two differences or more'):
        mean_interval(values)


def test_the_interval_stays_within_possible_differences():
    assert paired_difference([True, True, True, False], [False, False, False, True])[1:3] == pytest.approx((-0.349, 1.0), abs=1e-3)
