"""Tools that are run from others: their output, their status, their progress."""

import sys
from pathlib import Path

import pytest

from ofer.engine.processes.tool_runs import last_lines, num_cores, progress, run_logged

CODE = "import os, sys; print('threads', os.environ['OMP_NUM_THREADS']); print('broken', file=sys.stderr); sys.exit(3)"


def test_output_goes_to_the_log_and_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv('OMP_NUM_THREADS', raising=False)
    shown: list[str] = []
    log = tmp_path / 'logs' / 'tool.log'
    for _ in range(2):
        assert run_logged([sys.executable, '-c', CODE], log, jobs=num_cores(), show=shown.append) == 3
    assert sorted(shown) == ['broken\n', 'broken\n', 'threads 1\n', 'threads 1\n']
    assert ''.join(shown) == log.read_text()  # the second run is added


def test_the_environment_may_set_the_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('OMP_NUM_THREADS', '5')
    run_logged([sys.executable, '-c', CODE], tmp_path / 'log', jobs=2)
    assert 'threads 5' in (tmp_path / 'log').read_text()


def test_the_end_of_a_log(tmp_path: Path) -> None:
    (tmp_path / 'log').write_text('one\ntwo\n\nthree\n\n')
    assert last_lines(tmp_path / 'log') == 'three'
    assert last_lines(tmp_path / 'log', 2) == 'two\nthree'


def test_progress_is_told_without_rates_and_times() -> None:
    line = '11/23 - mmengine - INFO - Epoch(train) [1][4/4]  generator.lr: 9.2e-04  eta: 0:00:00  time: 2.1  loss: 2.7334\n'
    assert progress(line) == 'Epoch(train) [1][4/4]  eta: 0:00:00  loss: 2.7334'
    assert progress('Iter(val) [5/5]  psnr: 20.1  data_time: 0.6') == 'Iter(val) [5/5]  psnr: 20.1'
    assert progress('Saving checkpoint at 1 epochs') is None
