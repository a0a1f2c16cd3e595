"""Configs are formatted once."""

import subprocess
import sys

import pytest
from mmengine.config import Config
from mmengine.config import config as mmengine_config

from ofer.compat import config_text


@pytest.fixture
def formatted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Texts that yapf formats from now on."""
    texts: list[str] = []
    real = config_text._format

    def count(text: str, **options: object) -> tuple[str, bool]:
        texts.append(text)
        return real(text, **options)

    config_text._formatted.cache_clear()
    monkeypatch.setattr(config_text, '_format', count)
    monkeypatch.setattr(mmengine_config, 'FormatCode', config_text._format_once)
    return texts


def test_the_same_text_is_formatted_once(formatted: list[str]) -> None:
    config = Config(dict(train=dict(batch_size=4, names=['a' * 40, 'b' * 40])))
    first = config.pretty_text
    assert config.pretty_text == Config(config.to_dict()).pretty_text == first
    assert len(formatted) == 1
    assert len(first.splitlines()) > 1  # by yapf
    assert Config.fromstring(first, '.py').to_dict() == config.to_dict()


def test_importing_the_package_is_enough() -> None:
    """Nothing else of the tests sees it: they do without the formatting."""
    code = 'import ofer.compat; from mmengine.config import config; print(config.FormatCode.__module__)'
    assert subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, check=True).stdout.strip() == config_text.__name__


def test_a_changed_config_has_its_own_text(formatted: list[str]) -> None:
    config = Config(dict(batch_size=4))
    assert config.pretty_text == 'batch_size = 4\n'
    config.batch_size = 5
    assert config.pretty_text == 'batch_size = 5\n'


def test_what_is_no_python_is_refused(formatted: list[str]) -> None:
    with pytest.raises(SyntaxError, match='Failed to format'):
        _ = Config(dict(act=object())).pretty_text
