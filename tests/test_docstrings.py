"""The examples in docstrings run, and what users call has one."""

import ast
import doctest
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
WITH_EXAMPLES = sorted(path for path in (ROOT / 'ofer').rglob('*.py') if '>>>' in path.read_text(encoding='utf-8'))


def module_of(path: Path) -> str:
    return '.'.join(path.relative_to(ROOT).with_suffix('').parts).removesuffix('.__init__')


def public_objects(path: Path) -> list[tuple[str, str]]:
    """Name and docstring of each public function and class of a file."""
    body = ast.parse(path.read_text(encoding='utf-8')).body
    kinds = (ast.FunctionDef, ast.ClassDef)
    return [(node.name, ast.get_docstring(node) or '') for node in body if isinstance(node, kinds) and not node.name.startswith('_')]


@pytest.mark.parametrize('path', WITH_EXAMPLES, ids=module_of)
def test_examples_run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    failed, tried = doctest.testmod(import_module(module_of(path)), optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert tried > 0
    assert failed == 0, 'see the captured output'


@pytest.mark.parametrize('path', sorted((ROOT / 'ofer' / 'apis').glob('*.py')), ids=module_of)
def test_what_users_call_has_an_example(path: Path) -> None:
    assert [name for name, text in public_objects(path) if '>>>' not in text] == []
