import pytest

from ofer.categories import EXPRESSIONS_7, EXPRESSIONS_8, canonical_expression, expression_classes


@pytest.mark.parametrize(
    ('spelling', 'name'),
    [
        ('happy', 'happiness'), ('HA', 'happiness'), ('CO', 'contempt'), ('angry', 'anger'), ('3_angry', 'anger'),
        ('surprised', 'surprise'), ('Afraid', 'fear'), ('sad', 'sadness'), ('neural', 'neutral'), (' Disgusted ', 'disgust'),
    ],
)  # fmt: skip
def test_usual_spellings_mean_the_canonical_name(spelling, name):
    assert canonical_expression(spelling) == name


@pytest.mark.parametrize('spelling', ['', '3', 'bored', 'happyish', 'none'])
def test_other_words_mean_nothing(spelling):
    assert canonical_expression(spelling) is None


def test_contempt_comes_last_so_that_seven_is_a_prefix_of_eight():
    assert expression_classes(7) == EXPRESSIONS_7 == EXPRESSIONS_8[:7]
    assert expression_classes(8)[7] == 'contempt'
    with pytest.raises(ValueError, match=r'num_classes=6'):
        expression_classes(6)
