import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import cv2
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TOOL = ROOT / 'tools' / 'prepare' / 'contact_sheet.py'


@pytest.fixture(scope='module')
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location('contact_sheet', TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_help_is_instant() -> None:
    start = time.perf_counter()
    done = subprocess.run([sys.executable, TOOL, '--help'], capture_output=True, text=True, check=True)
    assert '--out' in done.stdout
    assert time.perf_counter() - start < 2


def test_drawn_faces(tool: ModuleType, tmp_path: Path) -> None:
    tool.main(['--out', str(tmp_path / 'new' / 'sheet.png'), '--columns', '2', '--cell', '48', '--num-classes', '8'])
    sheet = cv2.imread(str(tmp_path / 'new' / 'sheet.png'))
    assert sheet.shape == (11 * 50, tool.MARGIN + 2 * 50, 3)


def test_data_set_of_a_config(tool: ModuleType, tmp_path: Path) -> None:
    config = tmp_path / 'config.py'
    config.write_text("val_dataloader = dict(dataset=dict(type='SyntheticFaces', size=48, length=21, pipeline=[dict(type='PackFace')]))")
    tool.main([str(config), '--split', 'val', '--out', str(tmp_path / 'sheet.jpg'), '--columns', '3', '--cell', '32'])
    sheet = cv2.imread(os.fspath(tmp_path / 'sheet.jpg'))
    assert sheet.shape == (7 * 34, tool.MARGIN + 3 * 34, 3)


def test_what_is_missing_is_named(tool: ModuleType, tmp_path: Path) -> None:
    config = tmp_path / 'config.py'
    config.write_text('')
    with pytest.raises(SystemExit, match='test_dataloader'):
        tool.main([str(config), '--out', str(tmp_path / 'sheet.png')])
    with pytest.raises(SystemExit, match=r'absent\.py'):
        tool.main([str(tmp_path / 'absent.py'), '--out', str(tmp_path / 'sheet.png')])
