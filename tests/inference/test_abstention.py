import pytest

from ofer.inference.abstention import Limits, abstention


def test_each_limit_gives_its_reason() -> None:
    limits = Limits(probability=0.5, occluded=0.5, size=20)
    assert abstention(limits, 0.5, 0.5, 20) is None  # limits themselves are within
    assert abstention(limits, 0.9, None, None) is None
    assert abstention(limits, 0.9, 0.51, 50) == 'occluded: 51 % of the face'
    reason = abstention(limits, 0.3, 0.8, 10)
    assert reason is not None
    assert [part.split(':')[0] for part in reason.split('; ')] == ['small', 'occluded', 'uncertain']


@pytest.mark.parametrize('bad', [dict(probability=1.1), dict(occluded=-0.1), dict(size=-1)])
def test_limits_out_of_range_are_refused(bad: dict) -> None:
    with pytest.raises(ValueError, match='shares in'):
        Limits(**bad)
