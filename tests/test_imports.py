"""Importing: quick where it must be, without warnings everywhere."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOOLS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / 'tools').rglob('*.py'))
STATISTICS = ('scipy', 'sklearn', 'matplotlib', 'pandas', 'pyarrow', 'torchmetrics')
HEAVY = ('torch', 'torchvision', 'mmengine', 'mmpretrain', 'mmcv', 'cv2', 'numpy', 'timm', *STATISTICS)


def python(*arguments: str) -> subprocess.CompletedProcess:
    """A fresh interpreter in the project's folder."""
    environment = {**os.environ, 'PYTHONPATH': str(ROOT), 'OMP_NUM_THREADS': '1'}
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)


def modules() -> list[str]:
    paths = sorted((ROOT / 'ofer').rglob('*.py'))
    return ['.'.join(path.relative_to(ROOT).with_suffix('').parts).removesuffix('.__init__') for path in paths]


def heavy_of(importtime: str) -> list[str]:
    """Names in ``python -X importtime`` output that take long to import."""
    imported = {line.rsplit('|', 1)[-1].strip() for line in importtime.splitlines() if line.startswith('import time:')}
    return sorted(imported & set(HEAVY))


def test_import_ofer_imports_nothing_heavy() -> None:
    result = python('-W', 'error', '-X', 'importtime', '-c', 'import ofer; assert "get_model" in dir(ofer); print(ofer.__version__)')
    assert result.returncode == 0, result.stderr
    assert heavy_of(result.stderr) == []
    assert result.stdout.strip()[0].isdigit()


def test_an_answer_for_a_photo_imports_no_library_of_tables_plots_or_statistics() -> None:
    result = python('-X', 'importtime', '-m', 'ofer', 'predict', 'docs/predict.jpg')
    assert result.returncode == 0, result.stderr[-2000:]
    assert 'happiness' in result.stdout
    assert set(heavy_of(result.stderr)) & {'torch', *STATISTICS} == {'torch'}


def test_unknown_name_is_an_attribute_error() -> None:
    result = python('-c', 'import ofer; ofer.no_such_name')
    assert "AttributeError: module 'ofer' has no attribute 'no_such_name'" in result.stderr


def test_every_module_imports_with_warnings_as_errors() -> None:
    result = python('-W', 'error', '-c', f'import importlib\nfor name in {modules()!r}: importlib.import_module(name)')
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize('tool', TOOLS)
def test_help_of_tools_is_quick(tool: str) -> None:
    """``--help`` answers without importing torch, so in a fraction of a second."""
    result = python('-X', 'importtime', tool, '--help')
    assert result.returncode == 0, result.stderr[-2000:]
    assert 'usage:' in result.stdout
    assert heavy_of(result.stderr) == []


def test_no_file_is_called_utils() -> None:
    assert [name for name in modules() if 'util' in name or 'helper' in name] == []  # name a file after its job
