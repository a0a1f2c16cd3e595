"""Processes of tests: none is left over, and what a failed one said is shown."""

import multiprocessing
from pathlib import Path

import pytest

from tests.forked import Call, statuses

WORKER = """
import sys, time

def main(what):
    if what == 'fail':
        sys.exit('no such thing')
    time.sleep(60 if what == 'hang' else 0)
"""


def test_one_that_fails_beside_one_that_hangs(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / 'worker.py').write_text(WORKER)
    calls = [Call(tmp_path / 'worker.py', (what,), tmp_path / f'{what}.log') for what in ('fail', 'hang', 'end')]
    assert statuses(calls[-1]) == [0]  # imports the library
    assert statuses(*calls, seconds=5) == [1, None, 0]
    assert multiprocessing.active_children() == []
    assert 'no such thing' in capsys.readouterr().err
