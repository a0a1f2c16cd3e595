import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest

from ofer.visualization.contact_sheet import MARGIN

ROOT = Path(__file__).resolve().parents[3]


def test_help_is_instant() -> None:
    start = time.perf_counter()
    done = subprocess.run([sys.executable, '-m', 'ofer', 'prepare', 'contact-sheet', '--help'], capture_output=True, text=True, check=True)
    assert '--out' in done.stdout
    assert time.perf_counter() - start < 2


def test_drawn_faces(command: Callable, tmp_path: Path) -> None:
    command('prepare', 'contact-sheet', '--out', tmp_path / 'new' / 'sheet.png', '--columns', '2', '--cell', '48', '--num-classes', '8')
    sheet = cv2.imread(tmp_path / 'new' / 'sheet.png')
    assert sheet.shape == (11 * 50, MARGIN + 2 * 50, 3)


def test_data_set_of_a_config(command: Callable, tmp_path: Path) -> None:
    config = tmp_path / 'config.py'
    dataset = dict(type='SyntheticFaces', size=48, length=21, pipeline=[dict(type='PackFace')])
    loader = dict(batch_size=1, sampler=dict(type='DefaultSampler', shuffle=False), dataset=dataset)
    config.write_text(f'val_dataloader = {loader!r}\nval_cfg = dict()\nval_evaluator = dict(type="FERMetric")\n')
    command('prepare', 'contact-sheet', str(config), '--split', 'val', '--out', tmp_path / 'sheet.jpg', '--columns', '3', '--cell', '32')
    sheet = cv2.imread(os.fspath(tmp_path / 'sheet.jpg'))
    assert sheet.shape == (7 * 34, MARGIN + 3 * 34, 3)


def test_what_is_missing_is_named(command: Callable, tmp_path: Path) -> None:
    config = tmp_path / 'config.py'
    config.write_text('')
    with pytest.raises((FileNotFoundError, ValueError), match='test_dataloader'):
        command('prepare', 'contact-sheet', str(config), '--out', str(tmp_path / 'sheet.png'))
    with pytest.raises((FileNotFoundError, ValueError), match=r'absent\.py'):
        command('prepare', 'contact-sheet', str(tmp_path / 'absent.py'), '--out', str(tmp_path / 'sheet.png'))


def test_the_kind_of_picture_is_checked_before_drawing(command: Callable, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit, match='2'):
        command('prepare', 'contact-sheet', '--out', tmp_path / 'sheet.xyz')
    assert 'sheet.xyz: expected a name that ends in .png or' in capsys.readouterr().err
