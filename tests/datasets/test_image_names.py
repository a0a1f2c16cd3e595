"""Images are found by the names in lists, however a copy spells them."""

import pytest

from ofer.datasets.image_names import ImageNames, image_key


@pytest.mark.parametrize(
    'path',
    ['a/test_0003.jpg', 'test_0003_aligned.jpg', 'TEST_0003.JPEG', 'test_0003', r'Image\aligned\test_0003_aligned.PNG', './test_0003.webp'],
)
def test_harmless_differences_of_names(path: str) -> None:
    assert image_key(path) == 'test_0003'


def test_a_point_in_a_name_begins_no_suffix() -> None:
    assert image_key('photo.v2') == 'photo.v2'
    assert image_key('photo.v2.jpg') == 'photo.v2'


def test_folders_that_belong_to_a_name_must_agree() -> None:
    names = ImageNames(['all/Happy/1.JPG', 'all/sad/1.jpg', 'all/sad/2.jpg'], folders=1)
    matches = names.match(['happy/1.jpg', r'sad\1.png', 'happy/2.jpg'])
    assert matches.found == {'happy/1.jpg': 'all/Happy/1.JPG', r'sad\1.png': 'all/sad/1.jpg'}
    assert matches.missing == ['happy/2.jpg']
    assert matches.problems == []


def test_images_in_no_folder_are_known_by_name_but_never_twice() -> None:
    matches = ImageNames(['x.jpg', 'y.jpg'], folders=1).match(['1/x.jpg', '2/y.jpg', '3/y.jpg'])
    assert matches.found['1/x.jpg'] == 'x.jpg'
    assert [str(problem) for problem in matches.problems] == [
        'y.jpg is meant by 2/y.jpg and by 3/y.jpg. Unpack the images with the folders that the list names.'
    ]


def test_of_several_candidates_the_aligned_or_the_exact_one_is_taken() -> None:
    assert ImageNames(['original/a.jpg', 'aligned/a_aligned.jpg']).match(['a.jpg']).found == {'a.jpg': 'aligned/a_aligned.jpg'}
    assert ImageNames(['a.png', 'a.jpg']).match(['a.jpg']).found == {'a.jpg': 'a.jpg'}
    assert ImageNames(['one/a.jpg', 'two/a.jpg']).match(['two/a.jpg']).found == {'two/a.jpg': 'two/a.jpg'}
    (problem,) = ImageNames(['one/a.jpg', 'two/a.jpg']).match(['a.jpg']).problems
    assert str(problem).startswith('a.jpg is there twice, one/a.jpg and two/a.jpg.')
