"""The arguments of the constructor of a component, with their annotated or documented types."""

import ast
import inspect
import re
import textwrap
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Argument:
    """One argument.

    Attributes:
        name: its key in a config.
        hint: its type; ``Any`` if unknown.
        required: it has no default.
        default: its default value; None if it is required.
    """

    name: str
    hint: Any
    required: bool
    default: Any = None


@dataclass(frozen=True)
class Signature:
    """Arguments of a component by name.

    Attributes:
        arguments: the named ones.
        more: whether it has ``**kwargs`` that accept unknown arguments.
    """

    arguments: Mapping[str, Argument]
    more: bool


@cache
def signature_of(component: Callable) -> Signature:
    """Arguments of a class or function, including those of its bases if it passes ``**kwargs`` to them and to nothing else."""
    owners = component.__mro__ if inspect.isclass(component) else (component,)
    arguments: dict[str, Argument] = {}
    for owner in owners:
        call = vars(owner).get('__init__') if inspect.isclass(owner) else owner
        if owner is object or call is None:
            continue
        try:
            parameters = list(inspect.signature(call).parameters.values())[1 if inspect.isclass(owner) else 0 :]
        except (TypeError, ValueError):  # written in C
            return Signature(arguments, more=True)
        stated = _hints(call)
        documented = _documented(owner, call)
        for parameter in parameters:
            name = parameter.name
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD) or name in arguments:
                continue
            required = parameter.default is parameter.empty
            default = None if required else parameter.default
            arguments[name] = Argument(name, stated.get(name, documented.get(name, Any)), required, default)
        more = next((parameter.name for parameter in parameters if parameter.kind is parameter.VAR_KEYWORD), None)
        if more is None:
            return Signature(arguments, more=False)
        if _given_elsewhere(call, more):
            return Signature(arguments, more=True)
    return Signature(arguments, more=True)


def _given_elsewhere(call: Any, more: str) -> bool:
    """Whether a constructor passes its ``**more`` to another function than that of its bases, e.g. to ``timm.create_model``."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(call))))
    except (OSError, TypeError, SyntaxError):  # no source
        return False
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    passing = [node.func for node in calls for word in node.keywords if word.arg is None and ast.unparse(word.value) == more]
    return any(not ast.unparse(target).endswith('.__init__') for target in passing)


def _hints(call: Any) -> dict[str, Any]:
    try:
        return typing.get_type_hints(call)
    except Exception:  # names that exist only for type checkers, or not in this version of Python
        return {}


# Types in docstrings of OpenMMLab: "depth (int): ...", "scale (int | tuple, optional): ...".
_WORDS: dict[str, Any] = {
    'int': int,
    'float': float,
    'bool': bool,
    'str': str,
    'list': list,
    'tuple': tuple,
    'dict': dict,
    'none': None,
    'optional': None,
    'sequence': Sequence,
    'path': Path,
}
_LINE = re.compile(r'^\s+(\w+) \(([^()]*)\)\s?:', re.MULTILINE)
_SPLIT = re.compile(r'[\s,|]+|\bor\b')


def _documented(owner: Any, call: Any) -> dict[str, Any]:
    """Types from a docstring, for arguments whose type description contains only types; None is always allowed."""
    found: dict[str, Any] = {}
    for text in (call.__doc__, owner.__doc__):
        for name, types in _LINE.findall(text or ''):
            words = [word.lower() for word in _SPLIT.split(types.replace('obj:', '').replace(':', '').replace('`', '')) if word]
            if words and all(word in _WORDS for word in words):
                alternatives = (*(_WORDS[word] for word in words), None)
                found.setdefault(name, typing.Union[alternatives])  # noqa: UP007  # known at run time only
    return found
