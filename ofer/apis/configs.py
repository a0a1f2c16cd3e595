"""The configs that come with the package, by name."""

import ast
import difflib
from fnmatch import fnmatch
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def config_folder() -> Path:
    """The folder of the configs: inside an installed package, or beside the package in a checkout.

    Example:
        >>> (config_folder() / 'orsanet_rafdb.py').is_file()
        True
    """
    installed = PACKAGE / '_configs'
    return installed if installed.is_dir() else PACKAGE.parent / 'configs'


def config_files() -> dict[str, Path]:
    """Path of the config of each experiment by its name, which is the file name without ``.py``.

    Example:
        >>> config_files()['orsanet_rafdb'].name
        'orsanet_rafdb.py'
    """
    folder = config_folder()
    files = (path for path in folder.glob('*.py') if path.name != '__init__.py')
    return {path.stem: path for path in sorted(files)}


def find_config(name: str) -> Path:
    """The config of that name.

    Raises:
        ValueError: there is none; the message states those with similar names.

    Example:
        >>> find_config('orsanet_rafdb').name
        'orsanet_rafdb.py'
        >>> find_config('orsanet_rafd')
        Traceback (most recent call last):
        ...
        ValueError: no model is called 'orsanet_rafd'. Did you mean orsanet_rafdb...
    """
    files = config_files()
    if name not in files:
        close = difflib.get_close_matches(name, files, n=3)
        hint = f'Did you mean {" or ".join(close)}?' if close else f'There are: {", ".join(files)}.'
        raise ValueError(f'no model is called {name!r}. {hint}')
    return files[name]


def list_models(pattern: str | None = None) -> list[str]:
    """Names that :func:`ofer.get_model` knows.

    Args:
        pattern: as on a command line, e.g. ``'orsanet_*'``; None lists all.

    Example:
        >>> list_models('orsanet_affectnet*')
        ['orsanet_affectnet7', 'orsanet_affectnet8']
    """
    return [name for name in config_files() if pattern is None or fnmatch(name, pattern)]


def describe_config(name: str) -> str:
    """The first line of a config's docstring: what the experiment is.

    Raises:
        ValueError: no config has that name.

    Example:
        >>> describe_config('orsanet_rafdb')
        'ORSANet ...'
    """
    text = ast.get_docstring(ast.parse(find_config(name).read_text(encoding='utf-8'))) or ''
    return text.partition('\n')[0]
