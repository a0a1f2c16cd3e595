import pytest

from ofer.datasets import KDEF
from ofer.datasets.folds import folds_by_person


def test_people_go_round_the_folds_in_sorted_order():
    assert folds_by_person(['M02', 'F01', 'M02', 'F03', 'M01'], 3) == {'F01': 0, 'F03': 1, 'M01': 2, 'M02': 0}


def test_folds_of_seventy_people_are_equal():
    fold_of = folds_by_person((f'{sex}{number:02d}' for sex in 'FM' for number in range(1, 36)), 10)
    assert [list(fold_of.values()).count(fold) for fold in range(10)] == [7] * 10


@pytest.mark.parametrize('folds', [0, 1, 4])
def test_there_must_be_two_folds_and_somebody_in_each(folds):
    with pytest.raises(ValueError, match=rf'folds={folds}: expected 2 to 3, the number of people'):
        folds_by_person('abc', folds)


@pytest.mark.parametrize(('fold', 'folds'), [(-1, 10), (10, 10), (0, 0)])
def test_a_fold_that_is_not_there_is_refused(tmp_path, fold, folds):
    with pytest.raises(ValueError, match=rf'fold={fold}: expected 0 to {folds - 1}'):
        KDEF(str(tmp_path), fold=fold, folds=folds)
