"""p-values of differences between models."""

import numpy as np
import pytest

from ofer.report.differences import _p_value


@pytest.mark.parametrize(('images', 'expected'), [(1, 1.0), (2, 0.5), (10, 2**-9)])
def test_a_difference_that_is_the_same_everywhere_is_tested_by_its_sign(images: int, expected: float) -> None:
    assert _p_value(np.ones(images), np.zeros(images)) == pytest.approx(expected)
    assert _p_value(np.ones(images), np.ones(images)) == 1
