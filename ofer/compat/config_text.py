"""mmengine formats the text of a config again each time it is needed: five times at the start of a run, up to a second each."""

from functools import lru_cache
from typing import Any

from mmengine.config import config as mmengine_config

_format = mmengine_config.FormatCode


@lru_cache(maxsize=16)
def _formatted(text: str, style: tuple[tuple[str, Any], ...], options: tuple[tuple[str, Any], ...]) -> tuple[str, bool]:
    return _format(text, style_config=dict(style), **dict(options))


def _format_once(text: str, style_config: dict[str, Any], **options: Any) -> tuple[str, bool]:
    """``FormatCode`` of yapf, with the latest results kept."""
    return _formatted(text, tuple(style_config.items()), tuple(options.items()))


mmengine_config.FormatCode = _format_once
