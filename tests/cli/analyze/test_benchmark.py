from collections.abc import Callable
from pathlib import Path

import pytest

from ofer.engine import precision
from ofer.engine.processes.launch import UsageError

ROOT = Path(__file__).resolve().parents[3]


def rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith('|')]
    return [[cell.strip() for cell in line.strip('|').split('|')] for line in lines[2:]]


def test_speed_and_memory(command: Callable, experiment: Path, capsys: pytest.CaptureFixture) -> None:
    command('analyze', 'benchmark', str(experiment / 'tiny.py'), '--batch-sizes', '2', '4', '--image-size', '32', '--steps', '2')
    table = rows(capsys.readouterr().out)
    assert [row[:2] for row in table] == [['inference', '2'], ['inference', '4'], ['train', '2'], ['train', '4']]
    assert all(float(row[2]) > 0 and float(row[4]) > 50 for row in table)


@pytest.mark.parametrize(('native', 'said'), [(True, 'mixed precision'), (False, 'full precision')])
def test_what_is_measured_is_said(
    command: Callable, experiment: Path, capsys: pytest.CaptureFixture, native: bool, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, 'cpu_has_bfloat16', lambda: native)
    options = ['--batch-sizes', '2', '--image-size', '32', '--steps', '1', '--amp', '--device', 'cpu']
    command('analyze', 'benchmark', str(experiment / 'tiny.py'), *options)
    assert said in capsys.readouterr().out


def test_priors_once_against_twice(command: Callable, capsys: pytest.CaptureFixture) -> None:
    config = str(ROOT / 'configs' / 'demo_orsanet.py')
    sam = ['--cfg-options', 'optim_wrapper.type=SAMOptimWrapper']
    command('analyze', 'benchmark', config, '--batch-sizes', '2', '--steps', '1', '--compare-priors', *sam)
    out = capsys.readouterr().out
    assert '64 x 64 pixels' in out
    assert [row[1] for row in rows(out)] == ['in both passes', 'once', 'from a cache']
    assert rows(out)[0][3] == rows(out)[0][4] == '1.000 (1.000 - 1.000)'


def test_nothing_to_compare(command: Callable, experiment: Path) -> None:
    arguments = ['analyze', 'benchmark', str(experiment / 'tiny.py'), '--image-size', '32', '--compare-priors']
    with pytest.raises(UsageError, match='needs SAMOptimWrapper and a model with frozen priors'):
        command(*arguments)
