import json
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from ofer.categories import EXPRESSIONS_7


@pytest.fixture
def root(tmp_path) -> Path:
    """RAF-DB as its authors give it: 14 faces to train, 7 to test, of which the first is a copy of the first to train."""
    rng = np.random.default_rng(0)
    lines = [f'train_{i:05d}.jpg {i % 7 + 1}' for i in range(14)] + [f'test_{i:04d}.jpg {i % 7 + 1}' for i in range(7)]
    folder = tmp_path / 'raf/Image/aligned'
    folder.mkdir(parents=True)
    for line in lines:
        cv2.imwrite(str(folder / line.split()[0].replace('.jpg', '_aligned.jpg')), rng.integers(0, 256, (9, 9, 3), dtype=np.uint8))
    (folder / 'test_0000_aligned.jpg').write_bytes((folder / 'train_00000_aligned.jpg').read_bytes())
    (tmp_path / 'raf/EmoLabel').mkdir()
    (tmp_path / 'raf/EmoLabel/list_patition_label.txt').write_text('\n'.join(lines))
    return tmp_path / 'raf'


@pytest.fixture
def run(status, capsys):
    """Exit status, and what was written to stdout and stderr."""

    def verify(*args) -> tuple[int, str, str]:
        return (status('verify', *args), *capsys.readouterr())

    return verify


@pytest.mark.parametrize('terminal', [True, False])
def test_a_good_copy_may_be_trained_on(run, root, tmp_path, monkeypatch, terminal):
    monkeypatch.setattr(sys.stderr, 'isatty', lambda: terminal)
    status, out, progress = run(root, '--type', 'RAFDB', '--workers', 2, '--out', tmp_path / 'new/report.json')
    assert status == 0
    assert 'RAFDB train: list list_patition_label.txt, folder aligned, 14 images' in out
    assert [line.split()[1::2] for line in out.splitlines() if line.startswith(('| surprise', '| total'))] == [
        ['surprise', '2', '1'],
        ['total', '14', '7'],
    ]
    assert '1 groups across splits, 0 within one, 0 of all with different labels' in out
    assert '  1 in train and val = test' in out
    assert 'train_00000_aligned.jpg (train, surprise), ' in out
    assert out.endswith('problems: 0\nready for training\n')
    assert '21/21' in progress if terminal else progress == ''
    report = json.loads((tmp_path / 'new/report.json').read_text())
    assert report['ready']
    assert report['counts'] == {name: {'train': 2, 'val = test': 1} for name in EXPRESSIONS_7}
    assert [place['split'] for place in report['duplicates'][0]] == ['train', 'val = test']
    assert report['sizes'] == {'9x9': 21}


def test_three_planted_problems_are_named_and_stop(run, root, tmp_path):
    (root / 'Image/aligned/train_00001_aligned.jpg').write_bytes(b'no image')
    (root / 'Image/aligned/test_0002_aligned.jpg').unlink()
    lines = root / 'EmoLabel/list_patition_label.txt'
    lines.write_text(lines.read_text().replace('train_00005.jpg 6', 'train_00005.jpg 8'))
    status, out, _ = run(root, '--type', 'RAFDB', '--workers', 0, '--show', 0, '--out', tmp_path / 'report.json')
    assert status == 1
    assert 'problems: 3, wrong annotation 1, missing file 1, corrupt image 1' in out
    assert 'wrong annotation: ' + str(lines) + ", line 6: 'train_00005.jpg 8'" in out
    assert f'missing file: {root}/Image/aligned/test_0002_aligned.jpg: no such image' in out
    assert f'corrupt image: {root}/Image/aligned/train_00001_aligned.jpg: damaged' in out
    assert out.endswith('not ready for training\n')
    assert '  and 1 more (--show, --out)' in out  # the duplicate
    report = json.loads((tmp_path / 'report.json').read_text())
    assert not report['ready']
    assert len(report['problems']) == 3


def test_splits_and_options(run, root):
    status, out, _ = run(root, '--type', 'RAFDB', '--split', 'test', '--workers', 0, '--cfg-options', 'num_classes=8')
    assert status == 0
    assert 'RAFDB train' not in out
    assert 'test: no image of contempt' in out


def test_a_mapping_can_be_given(run, root):
    (root / 'Image').rename(root / 'train')
    status, out, _ = run(root, '--type', 'FaceFolder', '--workers', 0, '--cfg-options', 'mapping.aligned=happiness')
    assert status == 0
    assert [line.split()[3] for line in out.splitlines() if line.startswith('| happiness')] == ['21']


@pytest.mark.parametrize(
    ('args', 'message'),
    [
        (['--type', 'RAF'], "error: type 'RAF': no data set that reads files, expected one of AffectNet"),
        (['--type', 'RAFDB', '--split', 'dev'], "error: split 'dev': RAFDB has train, val, test"),
        (['--type', 'RAFDB', '--cfg-options', 'size=3'], "error: option 'size': no argument"),
        (['--type', 'RAFDB', '--cfg-options', 'num_classes=9'], 'error: num_classes=9'),
    ],
)
def test_what_the_user_can_mend(run, root, args, message):
    status, _, err = run(root, *args)
    assert status == 1
    assert message in err
