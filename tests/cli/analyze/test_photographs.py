"""Counts over folders of photographs, with drawn faces that are taken as they are."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from ofer.datasets import SyntheticFaces


def test_a_row_for_each_folder_and_detector(command: Callable, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    face = SyntheticFaces(length=3, size=96)[0]['img'][..., ::-1]
    scene = np.full((240, 240, 3), 150, np.uint8)
    scene[70:166, 70:166] = face
    covered = scene.copy()
    covered[122:166, 70:166] = 0
    for folder, image in (('bare', scene), ('covered', covered), ('empty', np.full_like(scene, 150))):
        (tmp_path / folder).mkdir()
        cv2.imwrite(str(tmp_path / folder / 'a.png'), image)
    (tmp_path / 'bare' / 'damaged.png').write_bytes(b'x')
    folders = [tmp_path / name for name in ('bare', 'covered', 'empty')]
    command('analyze', 'photographs', *folders, '--device', 'cpu', '--detectors', 'small')
    lines = capsys.readouterr().out.splitlines()
    cells = {line.split('|')[1].strip().rpartition('/')[2]: [cell.strip() for cell in line.split('|')[2:-1]] for line in lines[2:]}
    assert cells['bare, small'] == ['1', '1 (100.0 %)', '1', '0 (0.0 %)']
    assert cells['covered, small'] == ['1', '1 (100.0 %)', '1', '1 (100.0 %)']
    assert cells['empty, small'] == ['1', '0 (0.0 %)', '0', '0']


def test_unknown_regions_are_named(status: Callable, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert status('analyze', 'photographs', tmp_path, '--region', 'hair') != 0
    assert '--region hair: choose one of brows' in capsys.readouterr().err
