"""What could make a number better than it should be is said in each cell that it touches."""

import numpy as np
import pytest

from ofer.report.cells import Cell, Difference, Section
from ofer.report.contamination import UNKNOWN, Flags, contamination, flagged, flagged_difference, has_duplicates, repeated_images
from ofer.report.faces import FaceList, Faces


@pytest.mark.parametrize(
    ('data', 'trained_on', 'splits', 'expected'),
    [
        ('FERPlus', ['FERPlus'], None, ()),
        ('KDEF', ['KDEF'], {'KDEF': ['None']}, ('trained on KDEF itself, split test included',)),
        ('FERPlus', ['FER+'], {'FERPlus': ['train', 'test']}, ('trained on FERPlus itself, split test included',)),
        ('FERPlus', ['fer2013'], None, ('trained on FER2013, which has images of FERPlus (not of this split)',)),
        ('FERPlus', 'FER2013', None, ('trained on FER2013, which has images of FERPlus (not of this split)',)),
        ('FERPlus', ['FER2013'], {'FER2013': ['test']}, ('trained on FER2013, which has images of FERPlus (this split included)',)),
        ('FERPlus', ['Faces'], None, ('trained on Faces, and it is unknown whether it has images of FERPlus',)),
        ('FERPlus', None, None, (UNKNOWN,)),
        ('FERPlus', (), None, (UNKNOWN,)),
        ('RAFDB', ['FERPlus', 'CKPlus'], None, ()),
        ('FaceFolder', ['FERPlus'], None, ('trained on FERPlus, and it is unknown whether these images are from there',)),
        ('', ['FERPlus'], None, ('trained on FERPlus, and it is unknown whether these images are from there',)),
    ],
)
def test_what_is_said_about_a_training(
    data: str, trained_on: list[str] | str | None, splits: dict[str, list[str]] | None, expected: tuple[str, ...]
) -> None:
    assert contamination(data, 'test', trained_on, splits) == expected


def test_a_training_has_the_duplicates_unless_they_were_left_out() -> None:
    assert has_duplicates('FERPlus', 'test', {'trained_on': ['ferplus']})
    assert has_duplicates('FERPlus', 'test', {'trained_on': ['FERPlus'], 'trained_without': {'FERPlus': ['val']}})
    assert not has_duplicates('FERPlus', 'test', {'trained_on': ['FERPlus'], 'trained_without': {'FERPlus': ['test', 'val']}})
    assert not has_duplicates('FERPlus', 'test', {'trained_on': ['RAFDB']})
    assert not has_duplicates('FERPlus', 'test', {})


def test_duplicates_are_marked_where_they_count() -> None:
    lists = {
        'pose': FaceList(np.array([0, 3]), np.array([0, 1]), None, ''),
        'occlusion': FaceList(np.array([1, 2]), np.array([1, 0]), None, ''),
    }
    faces = Faces('', ('a', 'b', 'c', 'd'), np.zeros((4, 2, 2, 3), np.uint8), np.array([0, 1, 0, -1]), ('x', 'y'), lists=lists)
    repeated = repeated_images(faces, np.array([False, True, True, False]))
    assert repeated == {'': 'trained on 2 of these 3 images', 'pose': '', 'occlusion': 'trained on 2 of these 2 images'}
    assert repeated_images(faces, None) == {}
    flags = Flags({'one': (), 'other': ('known',)}, frozenset({'one'}), repeated)
    conditions = ('clean', 'clean, without duplicates', 'square-black-10', 'pose', 'pose, type 1', 'occlusion', 'occlusion, type 1')
    found = flagged(Section(tuple(Cell('clean', 'one', name, 'accuracy', 0.5) for name in conditions)), flags)
    assert [bool(cell.flags) for cell in found.cells] == [True, False, True, False, False, True, True]
    assert found.cells[-1].flags == ('trained on 2 of these 2 images',)
    covered = flagged(
        Section((Cell('objects', 'other', 'drawn-cup', 'covered', 0.5), Cell('objects', 'other', 'drawn-cup', 'drop', 0.5))), flags
    )
    assert [cell.flags for cell in covered.cells] == [(), ('known',)]
    relative = Cell('corruptions', 'other', 'all corruptions', 'mce', 1.0, facts={'baseline': 'one'})
    assert flagged(Section((relative,)), flags).cells[0].flags == ('known', 'trained on 2 of these 3 images')
    one = Difference('clean', 'accuracy', 'one', 'other', 0.1, 0.0, 0.2, 0.01, 'McNemar, exact', 3)
    assert flagged_difference(one, flags).flags == ('trained on 2 of these 3 images', 'known')
