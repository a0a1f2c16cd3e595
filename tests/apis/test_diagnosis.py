"""The diagnosis of an installation; ``ofer doctor`` itself is tested with the commands."""

import ast
from pathlib import Path

import pytest

from ofer.apis import diagnosis

ROOT = Path(__file__).resolve().parents[2]


def extras() -> dict[str, str]:
    """The packages of each extra of ``setup.py``, as source text."""
    source = ast.parse((ROOT / 'setup.py').read_text(encoding='utf-8'))
    (given,) = [node.value for node in ast.walk(source) if isinstance(node, ast.keyword) and node.arg == 'extras_require']
    assert isinstance(given, ast.Dict)
    return {ast.literal_eval(name): ast.unparse(packages) for name, packages in zip(given.keys, given.values, strict=True) if name}


def test_a_missing_package_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        raise diagnosis.metadata.PackageNotFoundError(name)

    installs = extras()
    assert set(diagnosis.OPTIONAL.values()) == set(installs) - {'dev', 'docs'}  # every extra for users has a line
    assert [name for name, extra in diagnosis.OPTIONAL.items() if name not in installs[extra] and extra != 'web'] == []
    monkeypatch.setattr(diagnosis.metadata, 'version', version)
    said = {finding.name: finding for finding in diagnosis._versions()}
    for name, extra in (('onnxruntime', 'onnx'), ('openvino', 'openvino'), ('ray', 'ray')):
        assert said[name].text == f"not installed; pip install 'ofer[{extra}]'"
        assert said[name].good is None
    assert said['torch'].good is False
