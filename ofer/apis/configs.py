"""The experiment configs of the package."""

import ast
from fnmatch import fnmatch

from ofer.shipped import config_files, find_config


def list_models(pattern: str | None = None, pretrained: bool = False) -> list[str]:
    """Names of models for :func:`ofer.get_model`.

    Args:
        pattern: shell pattern, e.g. ``'orsanet_*'``; None: all names.
        pretrained: names of weights instead, each of which states its own model: those of the package, and those that are downloaded once.
            ``ofer.get_model(name, weights='default')`` and, for recognisers, ``ofer.FERInferencer(name)`` use them.

    Examples:
        >>> list_models('orsanet_affectnet*')
        ['orsanet_affectnet7', 'orsanet_affectnet8']
        >>> list_models('recog*', pretrained=True)
        ['recogniser']
    """
    from ofer.apis.named_weights import pretrained as names_of_weights

    names = names_of_weights() if pretrained else config_files()
    return [name for name in names if pattern is None or fnmatch(name, pattern)]


def describe_config(name: str) -> str:
    """The first line of the docstring of a config, which describes the experiment.

    Raises:
        ValueError: there is no config of this name.

    Examples:
        >>> describe_config('orsanet_rafdb')
        'ORSANet ...'
    """
    text = ast.get_docstring(ast.parse(find_config(name).read_text(encoding='utf-8'))) or ''
    return text.partition('\n')[0]
