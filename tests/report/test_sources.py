"""A data set in files: published lists, one of which is missing, and duplicates of the training split."""

import shutil
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from mmengine.config import Config

import ofer
from ofer.apis.reports import training_data
from ofer.categories import RAFDB_CODES
from ofer.report.sources import faces_of_config


def answer(images: np.ndarray) -> np.ndarray:
    """The class whose tenth of grey values the image has."""
    return np.eye(7)[np.clip(images[:, 0, 0, 0] // 30, 0, 6)]


answer.classes = RAFDB_CODES  # type: ignore[attr-defined]


@pytest.fixture
def rafdb(tmp_path: Path) -> Config:
    """RAF-DB of 14 and 7 grey images; the last test image is a training image; a list of six, one of which is not there."""
    root = tmp_path / 'rafdb'
    folder = root / 'Image/aligned'
    folder.mkdir(parents=True)
    names = [f'train_{i:05d}' for i in range(14)] + [f'test_{i:04d}' for i in range(7)]
    for number, name in enumerate(names):
        grey = 30 * (number % 7) + (10 if name.startswith('train') else 20)
        assert cv2.imwrite(str(folder / f'{name}_aligned.jpg'), np.full((40, 40, 3), grey, np.uint8))
    shutil.copy(folder / 'train_00006_aligned.jpg', folder / 'test_0006_aligned.jpg')
    (root / 'EmoLabel').mkdir()
    lines = [f'{name}.jpg {number % 7 + 1}\n' for number, name in enumerate(names)]
    (root / 'EmoLabel/list_patition_label.txt').write_text(''.join(lines))
    listed = [f'test_{i:04d}_aligned {i} {i % 2 + 1}\n' for i in (1, 3, 4, 5, 6)]
    (root / 'rafdb_occlusion_list.txt').write_text(''.join([*listed, 'test_9999_aligned 0 1\n']))
    dataset = dict(type='RAFDB', data_root=str(root), split='test')
    return Config(dict(test_dataloader=dict(dataset=dataset)))


def cells(report: dict[str, Any], section: str, metric: str = 'accuracy') -> dict[str, dict[str, Any]]:
    return {cell['condition']: cell for cell in report['sections'][section]['cells'] if cell['metric'] == metric}


def test_lists_and_duplicates(rafdb: Config, tmp_path: Path) -> None:
    """Lists that are missing are named with their file; what is there is measured by type and again without duplicates."""
    report = ofer.occlusion_report(answer, rafdb, tmp_path / 'out', sections=['clean', 'real'])
    missing = [problem for problem in report['problems'] if problem.startswith('list ')]
    assert [problem.split(':')[0] for problem in missing] == ['list pose_30', 'list pose_45']
    assert 'val_raf_db_list.txt: no such list' in missing[0]

    data = report['header']['data']
    assert data['lists']['occlusion'] == {'images': 5, 'note': '5 matched of 6 listed in rafdb_occlusion_list.txt, labels of the list, '
                                          'which agree on 5 of 5'}  # fmt: skip
    assert data['duplicates_of_training'] == 1
    assert data['per_class'] == dict.fromkeys(data['classes'], 1)
    real, clean = cells(report, 'real'), cells(report, 'clean')
    assert {name: cell['n'] for name, cell in real.items()} == {
        'occlusion': 5,
        'occlusion, type 1': 2,
        'occlusion, type 2': 3,
        'occlusion, without duplicates': 4,
    }
    assert {name: cell['n'] for name, cell in clean.items()} == {'clean': 7, 'clean, without duplicates': 6}
    for name in ('report.md', 'report.html'):
        text = (tmp_path / 'out' / name).read_text()
        assert '5 matched of 6 listed' in text, name
        assert 'val_raf_db_list.txt: no such list' in text, name
        assert 'occlusion, without duplicates' in text, name
    assert '[87.75]' in (tmp_path / 'out' / 'report.md').read_text()  # published for this list, marked


def test_without_duplicates_there_are_the_same_numbers_and_the_tests_that_decide(rafdb: Config, tmp_path: Path) -> None:
    def unsure(images: np.ndarray) -> np.ndarray:
        """Wrong for the training image and for the third class."""
        found = answer(images)
        grey = images[:, 0, 0, 0]
        return 0.6 * np.where(((grey // 30 == 2) | (grey // 10 == 19))[:, None], np.roll(found, 1, 1), found) + 0.4 / 7

    unsure.classes = RAFDB_CODES  # type: ignore[attr-defined]
    report = ofer.occlusion_report([answer, unsure], rafdb, tmp_path / 'out', sections=['clean', 'real', 'selective'], names=['a', 'b'])
    for section, name in (('clean', 'clean'), ('real', 'occlusion'), ('selective', 'clean'), ('selective', 'occlusion')):
        found = {
            one: {cell['metric']: cell for cell in report['sections'][section]['cells'] if (cell['model'], cell['condition']) == ('b', one)}
            for one in (name, f'{name}, without duplicates')
        }
        whole, rest = found.values()
        assert set(whole) == set(rest) >= ({'aurc', 'accuracy_at_80'} if section == 'selective' else {'brier', 'macro_f1', 'ece'})
        assert {cell['n'] for metric, cell in rest.items() if not metric.startswith('recall')} == {6 if name == 'clean' else 4}
    real = cells(report, 'real', 'brier')
    right, wrong = 6 * (0.4 / 7) ** 2 + (0.4 - 0.4 / 7) ** 2, 5 * (0.4 / 7) ** 2 + (0.6 + 0.4 / 7) ** 2 + (1 - 0.4 / 7) ** 2
    assert real['occlusion']['value'] == pytest.approx((4 * right + wrong) / 5)
    assert real['occlusion, without duplicates']['value'] == pytest.approx(right)

    tests = {(one['condition'], one['metric']): one for one in report['differences']}
    for metric in ('accuracy', 'balanced_accuracy'):
        for name, number in (('clean', 7), ('occlusion', 5)):
            every, decides = tests[name, metric], tests[f'{name}, without duplicates', metric]
            assert (every['n'], every['decides'], every['corrected'], every['significant']) == (number, False, None, False)
            assert (decides['n'], decides['decides']) == (number - 1, True)
            assert decides['corrected'] >= decides['p_value']
    assert tests['occlusion', 'accuracy']['difference'] == pytest.approx(1 / 5)
    assert tests['occlusion, without duplicates', 'accuracy']['difference'] == 0
    assert len(tests) == 8
    for name in ('report.md', 'report.html', 'report.tex'):
        text = (tmp_path / 'out' / name).read_text().replace('&nbsp;', ' ').replace('\\%', '%')
        assert '4 tests, corrected over all of them (Holm)' in text, name
        assert 'the test without duplicates decides' in text, name
        assert text.count('does not decide') == 4, name


def test_without_any_list_the_section_says_so(rafdb: Config, tmp_path: Path) -> None:
    Path(rafdb.test_dataloader.dataset.data_root, 'rafdb_occlusion_list.txt').unlink()
    report = ofer.occlusion_report(answer, rafdb, tmp_path / 'out', sections=['clean', 'real'])
    assert [problem.split(':')[0] for problem in report['problems']] == ['list occlusion', 'list pose_30', 'list pose_45']
    assert cells(report, 'clean')['clean']['value'] == 1
    for name in ('report.md', 'report.html'):
        text = (tmp_path / 'out' / name).read_text()
        assert 'Really occluded and turned faces' in text, name
        assert 'the data set has no published list of really occluded faces' in text, name


def test_the_published_lists_of_ferplus_are_matched_in_full(shared: Path) -> None:
    root = shared / 'data' / 'fer2013'
    faces, problems = faces_of_config(dict(type='FERPlus', data_root=str(root), split='test'))
    assert problems == []
    assert {name: len(one.rows) for name, one in faces.lists.items()} == dict(occlusion=605, pose_30=1170, pose_45=633)
    for name, number in (('occlusion', 605), ('pose_30', 1170), ('pose_45', 633)):
        assert faces.lists[name].note.startswith(f'{number} matched of {number} listed')
    assert len(faces.labelled) == 3375
    kinds = faces.lists['occlusion'].kinds
    assert kinds is not None
    assert np.bincount(kinds).tolist() == [70, 138, 213, 184]
    assert faces.lists['occlusion'].types == ('upper face', 'mouth and lower face', 'cheeks and sides', 'glasses')
    assert faces.lists['pose_30'].types == ()


def test_what_a_training_left_out_is_what_all_its_parts_left_out() -> None:
    parts = [dict(type='FERPlus', without=('val', 'test')), dict(type='FERPlus', without=('test',)), dict(type='RAFDB', split='test')]
    facts = training_data(Config(dict(train_dataloader=dict(dataset=dict(type='ConcatDataset', datasets=parts)))))
    assert facts['trained_on'] == ['FERPlus', 'RAFDB']
    assert facts['trained_splits'] == {'FERPlus': ['train'], 'RAFDB': ['test']}
    assert facts['trained_without'] == {'FERPlus': ['test'], 'RAFDB': []}
