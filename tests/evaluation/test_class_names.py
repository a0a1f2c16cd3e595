import pytest

from ofer.evaluation.class_names import class_indices


def test_classes_are_joined_by_name():
    assert class_indices('abcd', 'abcd') == [0, 1, 2, 3]
    assert class_indices('abcd', 'dbca') == [3, 1, 2, 0]
    assert class_indices('abcd', 'ca') == [2, 0]


def test_what_the_model_cannot_answer_is_named():
    expected = r'the test set has the classes a, x, b, and the model was trained on a, b, c: it cannot answer x. Leave it out'
    with pytest.raises(ValueError, match=expected):
        class_indices('abc', 'axb')
    with pytest.raises(ValueError, match=r'cannot answer x, y. Leave them out'):
        class_indices('abc', 'xya')
