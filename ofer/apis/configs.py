"""The experiments that come with the package."""

import ast
from fnmatch import fnmatch

from ofer.shipped import config_files, find_config


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
