import numpy as np
import pytest

from ofer.evaluation.paired import paired_difference


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
