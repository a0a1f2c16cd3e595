"""The files that the parts of a model are read from."""

from pathlib import Path
from typing import Any

from ofer.engine.benchmark import dicts
from ofer.engine.config.reading import read_config
from ofer.shipped import config_files, find_config
from ofer.weights import OF_PACKAGE, SHIPPED, shipped_file


def named_files(model: Any) -> dict[str, Path]:
    """Files that the config of a model names: checkpoints of its priors and stages, also those of configs that it names.

    Args:
        model: dict of the model; None: no file.

    Returns:
        Each existing file, by the text that names it.

    Example:
        >>> [path.suffix for path in named_files(dict(landmark_prior=dict(checkpoint='ofer::landmarks'))).values()]
        ['.safetensors']
    """
    found: dict[str, Path] = {}
    for node in dicts(model or {}):
        for key, text in node.items():
            if not isinstance(text, str):
                continue
            name = text.removeprefix(OF_PACKAGE)
            if text != name and name in SHIPPED:
                found[text] = shipped_file(name)
            elif key == 'config' and (text in config_files() or Path(text).is_file()):
                file = find_config(text) if text in config_files() else Path(text)
                found |= {text: file} | named_files(read_config(file).get('model'))
            elif '.' in text and Path(text).is_file():
                found[text] = Path(text)
    return found
