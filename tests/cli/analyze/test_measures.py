"""``ofer analyze measures``: models side by side."""

import json
import subprocess
import sys
from pathlib import Path


def run(*files: Path) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, '-m', 'ofer', 'analyze', 'measures', *map(str, files)], capture_output=True, text=True)


def write(path: Path, **sets: dict[str, float | None]) -> Path:
    path.write_text(json.dumps(dict(sets={name: dict(measures=measures, data='') for name, measures in sets.items()})))
    return path


def test_a_table_for_each_common_set(tmp_path: Path) -> None:
    first = write(tmp_path / 'svdd.json', clean=dict(auroc=98.0), cup=dict(auroc=None))
    second = write(tmp_path / 'svm.json', cup=dict(auroc=71.5), hand=dict(auroc=60.0))
    out = run(first, second)
    assert out.returncode == 0, out.stderr
    assert '| auroc     |      - | 71.50 |' in out.stdout
    assert 'hand' not in out.stdout


def test_files_that_do_not_go_together(tmp_path: Path) -> None:
    first, second = write(tmp_path / 'a.json', clean={}), write(tmp_path / 'b.json', cup={})
    assert 'no test set in common' in run(first, second).stderr
    (tmp_path / 'c.json').write_text('[1]')
    assert 'c.json' in run(first, tmp_path / 'c.json').stderr
    assert run(tmp_path / 'missing.json').returncode == 1
