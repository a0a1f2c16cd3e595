from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from ofer.datasets import KDEF
from ofer.datasets.kdef import ANGLES, parse_name

MEANINGS = {
    'AF': 'fear', 'AN': 'anger', 'DI': 'disgust', 'HA': 'happiness', 'NE': 'neutral', 'SA': 'sadness', 'SU': 'surprise',
}  # fmt: skip
PEOPLE = ('F01', 'F02', 'M01', 'M02', 'M03')


@pytest.fixture(scope='module')
def root(tmp_path_factory, paint) -> Path:
    """Five people in both sessions, 350 images; that of M03 in session A, sad and straight, is blue and can be decoded."""
    root = tmp_path_factory.mktemp('kdef')
    for person in PEOPLE:
        for session in 'AB':
            folder = root / f'{session}{person}'
            folder.mkdir()
            for expression in MEANINGS:
                for angle in ANGLES:
                    (folder / f'{session}{person}{expression}{angle}.JPG').touch()
    paint(root / 'AM03/AM03SAS.JPG', (20, 40, 200))
    return root


def infos(dataset: KDEF) -> list[dict]:
    return [dataset.get_data_info(i) for i in range(len(dataset))]


def test_labels_come_from_the_names(root):
    dataset = KDEF(str(root), split=None)
    assert np.bincount(dataset.get_gt_labels()).tolist() == [50] * 7
    for info in infos(dataset):
        name = Path(info['img_path']).stem
        assert dataset.classes[info['gt_label']] == MEANINGS[name[4:6]]
        assert info['person'] == name[1:4]


def test_both_sessions_of_a_person_are_on_one_side(root):
    seen = Counter()
    for fold in range(5):
        train, val, test = (KDEF(str(root), split, fold=fold, folds=5) for split in ('train', 'val', 'test'))
        assert {info['person'] for info in infos(val)} == {PEOPLE[fold]}
        assert {info['person'] for info in infos(train)} == set(PEOPLE) - {PEOPLE[fold]}
        assert [info['img_path'] for info in infos(val)] == [info['img_path'] for info in infos(test)]
        assert (len(train), len(val)) == (280, 70)
        seen.update(info['img_path'] for info in infos(val))
    assert len(seen) == 350
    assert set(seen.values()) == {1}
    assert 'fold 4 of 5 validates, 4 of 5 people); 280 images: surprise 40' in train.summary


def test_sides_can_be_chosen(root):
    dataset = KDEF(str(root), 'val', folds=5, angles=['S', 'HL'])
    assert np.bincount(dataset.get_gt_labels()).tolist() == [4] * 7
    assert 'left out: angle FL 14, angle FR 14, angle HR 14' in dataset.summary
    for angles in ('S', ['X'], []):
        with pytest.raises(ValueError, match=r'angles=.*expected a list of some of FL, HL, S, HR, FR'):
            KDEF(str(root), angles=angles)


def test_an_image_is_decoded_in_rgb(root):
    dataset = KDEF(str(root), None, angles=['S'], pipeline=[{'type': 'LoadFace'}, {'type': 'PackFace'}])
    index = next(i for i in range(len(dataset)) if dataset.get_data_info(i)['img_path'].endswith('AM03SAS.JPG'))
    item = dataset[index]
    assert item['inputs'].shape == (3, 48, 48)
    assert item['inputs'].float().mean((1, 2)).tolist() == pytest.approx([20, 40, 200], abs=4)
    assert dataset.classes[int(item['data_samples'].gt_label)] == 'sadness'


def test_names():
    assert parse_name('AF01/AF01AFS.JPG') == ('F01', 'fear', 'S')
    assert parse_name('bm35suhr.jpg') == ('M35', 'surprise', 'HR')
    assert parse_name('AF31/AF31V.JPG') == ('F31', 'sadness', 'HL')  # two files are given out under broken names
    assert parse_name('AM31/AM31H.JPG') == ('M31', 'surprise', 'HR')
    assert parse_name('FAFFL.JPG') is None  # of the averaged faces, which come in the same archive


def test_errors_name_the_file(tmp_path):
    (tmp_path / 'KDEF/AF01').mkdir(parents=True)
    (tmp_path / 'KDEF/AF01/AF01XXS.JPG').touch()
    with pytest.raises(ValueError, match=r'KDEF/AF01/AF01XXS.JPG: no name of KDEF, expected one like AF01ANS.JPG'):
        KDEF(str(tmp_path))
    (tmp_path / 'KDEF/AF01/AF01XXS.JPG').rename(tmp_path / 'KDEF/AF01/AF01ANS.JPG')
    with pytest.raises(ValueError, match=r'folds=10: expected 2 to 1, the number of people'):
        KDEF(str(tmp_path))
    (tmp_path / 'KDEF/AF01/AF01ANS.JPG').unlink()
    with pytest.raises(ValueError, match=r"no images of the split 'train' found"):
        KDEF(str(tmp_path))
