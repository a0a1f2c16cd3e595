import pytest

from ofer.report.contamination import UNKNOWN, contamination


@pytest.mark.parametrize(
    ('data', 'trained_on', 'own_splits_only', 'expected'),
    [
        ('FERPlus', ['FERPlus'], True, ()),
        ('FERPlus', ['FERPlus'], False, ('trained on FERPlus itself, split test included',)),
        ('FERPlus', ['FER2013'], True, ('trained on FER2013, which has images of FERPlus (other split)',)),
        ('FERPlus', None, True, (UNKNOWN,)),
        ('FERPlus', (), True, (UNKNOWN,)),
        ('RAFDB', ['FERPlus'], True, ()),
        ('FaceFolder', ['FERPlus'], True, ('trained on FERPlus, and it is unknown whether these images are from there',)),
        ('', ['FERPlus'], True, ('trained on FERPlus, and it is unknown whether these images are from there',)),
    ],
)
def test_flags(data: str, trained_on: list[str] | None, own_splits_only: bool, expected: tuple[str, ...]) -> None:
    assert contamination(data, 'test', trained_on, own_splits_only) == expected
