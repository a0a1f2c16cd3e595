"""``ofer analyze measures``: models side by side."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest


def write(path: Path, **sets: dict[str, float | None]) -> Path:
    path.write_text(json.dumps(dict(sets={name: dict(measures=measures, data='') for name, measures in sets.items()})))
    return path


def test_a_table_for_each_common_set(status: Callable, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    first = write(tmp_path / 'svdd.json', clean=dict(auroc=98.0), cup=dict(auroc=None))
    second = write(tmp_path / 'svm.json', cup=dict(auroc=71.5), hand=dict(auroc=60.0))
    assert status('analyze', 'measures', first, second) == 0
    printed = capsys.readouterr().out
    assert '| auroc     |      - | 71.50 |' in printed
    assert 'hand' not in printed


def test_files_that_do_not_go_together(status: Callable, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    first, second = write(tmp_path / 'a.json', clean={}), write(tmp_path / 'b.json', cup={})
    (tmp_path / 'c.json').write_text('[1]')
    cases = (
        ([first, second], 'no test set in common'),
        ([first, tmp_path / 'c.json'], 'c.json'),
        ([tmp_path / 'missing.json'], 'missing.json'),
    )
    for files, message in cases:
        assert status('analyze', 'measures', *files) == 1
        printed = capsys.readouterr()
        assert message in printed.err
        assert 'Traceback' not in printed.err
        assert not printed.out
