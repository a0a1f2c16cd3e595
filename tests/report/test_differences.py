"""p-values of differences between models."""

import numpy as np
import pytest

from ofer.report.cells import Difference
from ofer.report.differences import _p_value, differences
from ofer.report.results import Results
from ofer.report.sections.context import Context
from tests.report.conftest import CLASSES, make_faces


@pytest.mark.parametrize(('images', 'expected'), [(1, 1.0), (2, 0.5), (10, 2**-9)])
def test_a_difference_that_is_the_same_everywhere_is_tested_by_its_sign(images: int, expected: float) -> None:
    assert _p_value(np.ones(images), np.zeros(images)) == pytest.approx(expected)
    assert _p_value(np.ones(images), np.ones(images)) == 1


def test_balanced_accuracy_can_differ_after_the_correction_over_many_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """The smallest p-value of a bootstrap falls with the number of tests, so that the corrected one does not grow with it."""
    asked: list[int] = []

    def test_of(blocks: int) -> Difference:
        asked.append(blocks)
        return Difference('clean', 'balanced_accuracy', 'a', 'b', 0.1, 0.05, 0.15, 2 / (1000 * blocks + 1), test='paired bootstrap', n=9)

    monkeypatch.setattr('ofer.report.differences._of_pair', lambda context, first, second: iter([test_of] * 81))
    context = Context(Results(make_faces(), None, dict.fromkeys('abcd', CLASSES)), [])  # type: ignore[arg-type]
    found = differences(context)
    assert len(found) == 6 * 81
    assert set(asked) == {49}
    assert all(one.corrected < 0.05 for one in found)
