"""Whether a value of a config fits the type of an argument."""

import collections.abc
import math
import types
import typing
from numbers import Integral, Number, Real
from pathlib import PurePath
from typing import Any

SEQUENCES = (list, tuple, set, frozenset, collections.abc.Sequence, collections.abc.Iterable, collections.abc.Collection)
MAPPINGS = (dict, collections.abc.Mapping, collections.abc.MutableMapping)


def fits(value: Any, hint: Any) -> bool:
    """Whether ``value`` is allowed for an argument of type ``hint``.

    A list is allowed for a tuple, and a dict for an object of any class, because configs describe objects by dicts.

    >>> fits(3, int | None), fits('ten', int), fits([1, 2], tuple[int, int]), fits(3.0, int)
    (True, False, True, False)
    """
    origin = typing.get_origin(hint) or hint
    inner = typing.get_args(hint)
    if hint in (Any, None, type(None)) or isinstance(hint, (str, typing.TypeVar, typing.ForwardRef)):
        return value is None if hint in (None, type(None)) else True
    if origin in (typing.Union, types.UnionType):
        # In a union with a number, e.g. "float | Tensor", a string is not accepted for the object.
        plain = [one for one in inner if typing.get_origin(one) or one in (str, int, float, bool, type(None))]
        return any(fits(value, one) for one in (plain if isinstance(value, str) and {int, float} & set(inner) else inner))
    if origin is typing.Literal:
        return value in inner
    if origin in (typing.Annotated, typing.Final, typing.ClassVar):
        return fits(value, inner[0])
    if (isinstance(hint, type) and issubclass(hint, (bool, int, float, str, PurePath))) or hint in (Real, Integral, Number):
        return _fits_plain(value, hint)
    if origin in SEQUENCES:
        return _fits_sequence(value, origin, inner)
    if origin in MAPPINGS:
        return isinstance(value, collections.abc.Mapping)
    return value is not None and not (isinstance(value, Real) and isinstance(origin, type))  # an object: built from a dict or a name


def _fits_plain(value: Any, hint: type) -> bool:
    if hint is bool:
        return isinstance(value, bool) or (isinstance(value, int) and value in (0, 1))
    if hint is str or issubclass(hint, PurePath):
        return isinstance(value, (str, PurePath))
    if isinstance(value, bool):
        return False
    if hint in (int, Integral):
        return isinstance(value, Integral)
    if hint in (float, Real, Number):
        return isinstance(value, Real) and math.isfinite(value)
    return isinstance(value, hint)


def _fits_sequence(value: Any, origin: Any, inner: tuple[Any, ...]) -> bool:
    if isinstance(value, (str, bytes, collections.abc.Mapping)) or not isinstance(value, collections.abc.Iterable):
        return False
    items = list(value)
    if not inner or any(isinstance(one, typing.TypeVar) for one in inner):
        return True
    if origin is tuple and Ellipsis not in inner and len(inner) > 1:  # Tuple[int] often means a tuple of any length
        return len(items) == len(inner) and all(fits(item, one) for item, one in zip(items, inner, strict=True))
    return all(fits(item, inner[0]) for item in items)


def name_of(hint: Any) -> str:
    """The name of a type in a message.

    >>> name_of(int | None), name_of(tuple[int, int]), name_of(str)
    ('an integer or None', 'a list of 2 integers', 'a text')
    """
    origin, inner = typing.get_origin(hint) or hint, typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return ' or '.join(dict.fromkeys(name_of(one) for one in inner))
    if origin is typing.Literal:
        return 'one of ' + ', '.join(map(repr, inner))
    if origin in SEQUENCES:
        if len(inner) > 1 and Ellipsis not in inner and origin is tuple:
            return f'a list of {len(inner)} {_PLURALS.get(inner[0], "entries")}'
        return f'a list of {_PLURALS[inner[0]]}' if inner and inner[0] in _PLURALS else 'a list'
    if origin in MAPPINGS:
        return 'a dict'
    return _SINGULARS.get(origin) or f'a {getattr(origin, "__name__", origin)}'


_NAMES = [(int, 'an integer'), (bool, 'True or False'), (str, 'a text'), (None, 'None'), (type(None), 'None')]
_SINGULARS: dict[Any, str] = dict([*_NAMES, (float, 'a number'), (Real, 'a number'), (Number, 'a number')])
_PLURALS: dict[Any, str] = {int: 'integers', float: 'numbers', str: 'texts', bool: 'True or False', dict: 'dicts'}
