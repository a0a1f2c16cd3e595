"""Exported files that are made once and kept in the cache, under a key of everything that determines their content."""

import hashlib
import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ofer import __version__
from ofer.apis.named_weights import DEFAULT, pretrained, weights_file
from ofer.fetch import cache_folder
from ofer.runtimes.seal import file_hash
from ofer.shipped import CONFIGS, config_files, find_config

FOLDER = 'exported'
"""In the cache folder."""
SUFFIXES = {'onnx': '.onnx', 'openvino': '.xml'}
PACKAGE = Path(__file__).resolve().parents[1]
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
    remedy = f'On a machine with torch run `ofer export {model} --format {backend} --out FILE`, copy the file, and give it here.'
    if not complete and _is_config(model):
        raise FileNotFoundError(f'{model}: a config is read with torch, which is not installed. {remedy}')
    path = cache_folder() / FOLDER / f'{Path(model).stem}-{export_key(model, weights, backend)}{SUFFIXES[backend]}'
    if path.is_file():
        return path
    if not complete:
        raise FileNotFoundError(
            f'{path.parent}: holds no {model} for backend={backend!r}, and torch, which makes it, is not installed. {remedy}'
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
    parts: dict[str, Any] = dict(version=__version__, format=SUFFIXES[backend])
    parts['weights'] = file_hash(weights_file(DEFAULT if weights is None else weights, model)) if named else None
    folders = [PACKAGE]
    if _is_config(model):
        from ofer.engine.config import read_config
        from ofer.engine.config.named_files import named_files

        config = read_config(model if Path(model).suffix == '.py' else find_config(str(model)))
        parts['config'] = {name: config.get(name) for name in ('model', 'test_dataloader')}
        parts['files'] = {name: file_hash(file) for name, file in named_files(config.model).items()}
        folders += [folder for name in (config.get('custom_imports') or {}).get('imports', []) for folder in _folders(name)]
    parts['code'] = [code_hash(folder) for folder in dict.fromkeys(folders)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:KEY_DIGITS]


@cache
def code_hash(folder: Path) -> str:
    """SHA-256 of the Python files in a folder and below, so that a file that older code made is not used. Configs, which only an installed
    package contains, are left out.

    Args:
        folder: of a package.

    Example:
        >>> len(code_hash(PACKAGE))
        64
    """
    digest = hashlib.sha256()
    for file in sorted(folder.rglob('*.py')):
        name = file.relative_to(folder)
        if CONFIGS not in name.parts:
            digest.update(name.as_posix().encode() + b'\0' + file.read_bytes() + b'\0')
    return digest.hexdigest()


def _is_config(model: str | Path) -> bool:
    return Path(model).suffix == '.py' or str(model) in config_files()


def _folders(package: str) -> list[Path]:
    """Where a package outside of this one lies."""
    spec = find_spec(package.partition('.')[0])
    return [Path(place) for place in (spec.submodule_search_locations or [] if spec else []) if Path(place) != PACKAGE]
