"""Reads a config file and the files that it inherits. An error is one message with file and line."""

import ast
import difflib
import logging
import traceback
from pathlib import Path
from typing import Any

from mmengine.config import Config
from mmengine.logging import print_log

from ofer.shipped import config_files, config_folder, find_config, moved_config

_LONG = 300  # letters: mmengine adds a search path, or a whole config
SUFFIXES = ('.py', '.json', '.yaml', '.yml')


def locate(path: Path) -> Path:
    """The path of a config, given by its path or name; a message states the new one if it has moved into a folder of ``configs/``."""
    if len(path.parts) == 1 and not path.suffix and (not path.exists() or (path.is_dir() and path.name in config_files())):
        return find_config(path.name)  # also beside a folder of this name, e.g. that of a run
    found = moved_config(path)
    if found != path:
        print_log(f'{path} has moved to {Path("configs") / found.relative_to(config_folder())}', 'current', logging.WARNING)
    return found


def read_file(path: Path) -> Config:
    """The config of a file. One that has moved into a folder is also found at the path that it had directly in ``configs/``.

    Args:
        path: a Python config, or the name of one of :func:`ofer.list_models`; JSON and YAML are read too.

    Raises:
        FileNotFoundError: the file, or an inherited one, is missing; the message lists similar names.
        ValueError: one of them cannot be read; the message names file, line and error.
    """
    path = locate(path)
    check_files(path)
    try:
        return Config.fromfile(path)
    except ImportError as error:
        remedy = 'Install the package of custom_imports, or add the folder that contains it to the environment variable PYTHONPATH.'
        raise ValueError(f'{path}: {_innermost(error)}. {remedy}') from error
    except Exception as error:  # statements of a config may raise any exception
        raise ValueError(f'{_place(path, error)}: {_text(error)}') from error


def _innermost(error: BaseException) -> BaseException:
    cause = error.__cause__ or error.__context__
    return error if cause is None else _innermost(cause)


def check_files(path: Path, inherited_by: tuple[Path, ...] = ()) -> None:
    """Check a config and all inherited files without running them.

    Args:
        path: the file.
        inherited_by: the chain of files that inherit it, outermost first.

    Raises:
        FileNotFoundError: a file is missing.
        ValueError: a file has another suffix, is not UTF-8, is not Python, or inherits itself.
    """
    if path.resolve() in [other.resolve() for other in inherited_by]:
        circle = ' -> '.join(str(other) for other in (*inherited_by, path))
        raise ValueError(f'{inherited_by[-1]}: _base_ goes round in a circle: {circle}. Remove one of them.')
    _check_exists(path, inherited_by)
    if path.suffix not in SUFFIXES:
        raise ValueError(f'{path}: expected a config, a file that ends in .py')
    try:
        text = path.read_text(encoding='utf-8')
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b'\n') + 1
        raise ValueError(f'{path}:{line}: not UTF-8 ({error.reason}). Save the file as UTF-8.') from error
    except OSError as error:
        raise ValueError(f'{path}: cannot be read: {error.strerror}') from error
    if path.suffix != '.py':
        return
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        place = f'{path}:{error.lineno}' if error.lineno else path
        raise ValueError(f'{place}: {error.msg}{": " if error.text else ""}{(error.text or "").strip()}') from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f'{path}: no Python: {error}') from error
    for base in _bases(path, tree):
        check_files(base, (*inherited_by, path))


def _check_exists(path: Path, inherited_by: tuple[Path, ...]) -> None:
    if path.is_dir():
        raise FileNotFoundError(f'{path}: a folder, not a config. Give a file in it.{_inheriting(inherited_by)}')
    if not path.is_file():
        known = {**config_files(), **{file.stem: file.stem for file in path.parent.glob('*.py')}}
        close = difflib.get_close_matches(path.stem, known, n=3)
        hint = f'Did you mean {" or ".join(str(known[name]) for name in close)}?' if close else 'The experiments are in configs/.'
        raise FileNotFoundError(f'{path}: no such config. {hint}{_inheriting(inherited_by)}')


def _inheriting(inherited_by: tuple[Path, ...]) -> str:
    return f' (_base_ of {inherited_by[-1]})' if inherited_by else ''


def bases_of(path: Path) -> list[Path]:
    """The files that a config inherits directly. It is one that :func:`check_files` accepts; JSON and YAML inherit nothing.

    Args:
        path: the file.
    """
    return _bases(path, ast.parse(path.read_text(encoding='utf-8'))) if path.suffix == '.py' else []


def _bases(path: Path, tree: ast.Module) -> list[Path]:
    """The files in ``_base_``, if they are written as literals."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == '_base_':
            try:
                named = ast.literal_eval(node.value)
            except ValueError as error:
                raise ValueError(f'{path}:{node.lineno}: _base_: expected the path of a file, or a list of them, written out') from error
            named = list(named) if isinstance(named, (list, tuple)) else [named]
            wrong = [name for name in named if not isinstance(name, str)]
            if wrong:
                raise ValueError(f'{path}:{node.lineno}: _base_={wrong[0]!r}: expected the path of a file, or a list of them')
            return [_base(path, node.lineno, name) for name in named]
    return []


def _base(path: Path, line: int, name: str) -> Path:
    if '::' not in name:
        return path.parent / Path(name.replace('{{ fileDirname }}', str(path.parent))).expanduser()
    try:
        return Path(Config._get_cfg_path(name, str(path))[0])
    except Exception as error:
        raise ValueError(f'{path}:{line}: _base_={name!r}: {_text(error)}') from error


def _place(path: Path, error: BaseException) -> str:
    """File and line of the statement of a config that failed; without a line if the error was raised outside the config."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.name == '<module>']
    configs = [frame for frame in frames if Path(frame.filename).suffix == '.py' and not _of_package(frame.filename)]
    return f'{configs[-1].filename}:{configs[-1].lineno}' if configs else str(path)


def _of_package(filename: str) -> bool:
    return 'site-packages' in filename or filename.startswith('<') or Path(filename).name in ('__main__.py', 'ofer')


def _text(error: BaseException) -> Any:
    text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    if len(text) > _LONG:
        text = f'{text[:_LONG].partition(chr(10))[0]} ...'
    known = isinstance(error, (ValueError, FileNotFoundError))
    return text if known and text else f'{type(error).__name__}: {text}' if text else type(error).__name__
