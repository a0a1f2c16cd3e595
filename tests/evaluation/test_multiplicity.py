"""Holm's correction."""

import numpy as np
import pytest

from ofer.evaluation.multiplicity import holm


def test_by_hand() -> None:
    """Sorted 0.005, 0.01, 0.03, 0.04 times 4, 3, 2, 1, never falling."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_limits() -> None:
    assert holm([0.2]) == pytest.approx([0.2])
    assert holm([0.9, 0.8]) == pytest.approx([1, 1])
    values = np.random.default_rng(0).random(50)
    assert (holm(values) >= values).all()
