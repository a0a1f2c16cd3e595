from pathlib import Path

import numpy as np
import pytest

from ofer.datasets import FER2013, FERPlus
from ofer.datasets.duplicates import content_hash, content_hashes


def test_a_hash_is_of_pixels_and_shape():
    img = np.arange(12, dtype=np.uint8).reshape(3, 4)
    assert content_hash(img) == content_hash(np.repeat(img[..., None], 3, 2))
    assert content_hash(img) == content_hash(np.asfortranarray(img))
    assert content_hash(img) != content_hash(img.reshape(4, 3))
    assert content_hash(img) != content_hash(img + 1)


def test_files_and_arrays_agree(paint, tmp_path: Path):
    paint(tmp_path / 'a.png', (10, 10, 10), size=4)
    items = [{'img_path': str(tmp_path / 'a.png')}, {'img_path': 'row', 'img': np.full((4, 4), 10, np.uint8)}, {}]
    first, second, nothing = content_hashes(items)
    assert first == second is not None
    assert nothing is None


def test_a_split_of_which_nothing_is_left_is_an_error(fer_zips):
    """The fixture has the grey values 5, 25, ... in every split."""
    with pytest.raises(ValueError, match=r'no images.*left'):
        FERPlus(str(fer_zips), without=('val', 'test'))


def test_the_rest_stays_and_is_counted(paint, tmp_path: Path):
    for split, values in {'train': (10, 20, 30), 'test': (20, 40)}.items():
        for value in values:
            paint(tmp_path / split / 'happy' / f'{split}{value}.png', (value,) * 3)
            paint(tmp_path / split / 'sad' / f'{split}{value}.png', (value + 100,) * 3)
    dataset = FER2013(str(tmp_path), without=('test',))
    assert sorted(item['img_path'].rsplit('train', 1)[1] for item in map(dataset.get_data_info, range(len(dataset)))) == [
        *('10.png', '10.png', '30.png', '30.png')
    ]
    assert 'also in test 2' in dataset.summary
    assert len(FER2013(str(tmp_path), 'test')) == 4


@pytest.mark.parametrize('wrong', [('train',), ('nowhere',)])
def test_only_other_splits_can_be_left_out(wrong, fer_zips):
    with pytest.raises(ValueError, match='without='):
        FERPlus(str(fer_zips), without=wrong)
