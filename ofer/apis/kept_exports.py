"""Exported files that are made once and kept in the cache, under a key of everything that determines their content."""

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ofer import __version__
from ofer.apis.named_weights import DEFAULT, pretrained, weights_file
from ofer.fetch import cache_folder
from ofer.runtimes.seal import file_hash
from ofer.shipped import config_files, find_config

FOLDER = 'exported'
"""In the cache folder."""
SUFFIXES = {'onnx': '.onnx', 'openvino': '.xml'}
PACKAGE = Path(__file__).resolve().parents[1]
CODE = ('export', 'models', 'runtimes', 'apis/exports.py', 'apis/recognisers.py', 'inference/recogniser.py', 'inference/speed.py')
"""Files and folders of the package that determine what an exported file holds."""
KEY_DIGITS = 12


def kept_export(model: str | Path, weights: str | Path | None, backend: str) -> Path:
    """The exported file of a model in the cache; made at the first use, if torch is installed.

    Raises:
        FileNotFoundError: it is not there, and torch is not installed.
        ValueError: the model cannot be exported.

    Example:
        >>> kept_export('face_detector', None, 'onnx').name  # doctest: +SKIP
        'face_detector-1f0e5c0ab9d4.onnx'
    """
    complete = find_spec('torch') is not None
    if complete or not _is_config(model):
        path = cache_folder() / FOLDER / f'{Path(model).stem}-{export_key(model, weights, backend)}{SUFFIXES[backend]}'
        if path.is_file():
            return path
    if not complete:
        raise FileNotFoundError(
            f'{cache_folder() / FOLDER}: holds no {model} for backend={backend!r}, and torch, which makes it, is not installed. On a '
            f'machine with torch run `ofer export {model} --format {backend} --out FILE`, copy the file, and give it here.'
        )
    from ofer.apis.exports import export_model

    export_model(model, weights, path)
    return path


def export_key(model: str | Path, weights: str | Path | None, backend: str) -> str:
    """A hash of what determines the content of an exported file: version, code, format, weights and config.

    Args:
        model: as in :func:`kept_export`.
        weights: as there.
        backend: ``'onnx'`` or ``'openvino'``.

    Returns:
        12 hexadecimal digits.

    Raises:
        FileNotFoundError: the weights or the config do not exist.

    Example:
        >>> export_key('landmarks', None, 'onnx') == export_key('landmarks', 'landmarks', 'onnx')
        True
        >>> export_key('landmarks', None, 'onnx') == export_key('landmarks', None, 'openvino')
        False
    """
    named = weights is not None or model in pretrained()
    parts: dict[str, Any] = dict(version=__version__, code=code_hash(PACKAGE), format=SUFFIXES[backend])
    parts['weights'] = file_hash(weights_file(DEFAULT if weights is None else weights, model)) if named else None
    if _is_config(model):
        from ofer.engine.config import read_config

        config = read_config(model if Path(model).suffix == '.py' else find_config(str(model)))
        parts['config'] = {name: config.get(name) for name in ('model', 'test_dataloader')}
        parts['files'] = [file_hash(file) for file in _checkpoints(parts['config'])]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:KEY_DIGITS]


@cache
def code_hash(package: Path) -> str:
    """SHA-256 of the sources in :data:`CODE`, so that a file that older code made is not used.

    Args:
        package: folder of ``ofer``.

    Example:
        >>> len(code_hash(PACKAGE))
        64
    """
    digest = hashlib.sha256()
    for place in CODE:
        for file in sorted((package / place).rglob('*.py')) or [package / place]:
            digest.update(file.relative_to(package).as_posix().encode() + b'\0' + file.read_bytes() + b'\0')
    return digest.hexdigest()


def _is_config(model: str | Path) -> bool:
    return Path(model).suffix == '.py' or str(model) in config_files()


def _checkpoints(config: Any) -> Iterator[Path]:
    """Files of weights that a config names, in its order."""
    for name, value in config.items() if isinstance(config, dict) else enumerate(config) if isinstance(config, (list, tuple)) else ():
        if name == 'checkpoint' and isinstance(value, str) and Path(value).is_file():
            yield Path(value)
        yield from _checkpoints(value)
