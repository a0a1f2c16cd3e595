"""Adapters by name."""

from pathlib import Path

import numpy as np
import pytest

from ofer.evaluation.adapters import load_adapter


def test_functions_and_classes_of_a_module_in_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'import numpy as np\ndef half(images): return np.full((len(images), 2), 0.5)\nclass Half:\n    classes = "ab"\n'
    (tmp_path / 'tool_of_a_user.py').write_text(text + '    __call__ = staticmethod(half)\nnumber = 3\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr('sys.path', [*__import__('sys').path])
    images = np.zeros((3, 8, 8, 3), np.uint8)
    for name in ('half', 'Half'):
        assert load_adapter(f'tool_of_a_user:{name}')(images).shape == (3, 2)
    with pytest.raises(ValueError, match="tool_of_a_user has no 'quarter'"):
        load_adapter('tool_of_a_user:quarter')
    with pytest.raises(ValueError, match='number cannot be called'):
        load_adapter('tool_of_a_user:number')
    with pytest.raises(ImportError):
        load_adapter('no_such_module_of_a_user:half')
