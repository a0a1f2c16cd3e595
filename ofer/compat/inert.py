"""Reads weights that were saved together with objects of a training script, without running code of those objects.

Published files often hold ``args``, meters or paths beside the weights; ``torch.load(weights_only=True)`` refuses such files. Here an empty
object replaces each object whose class is not on the list of :mod:`ofer.compat.allowed`: its module is not imported and its code is not
called. Objects that only serve to run code are refused, and so are whole modules, whose weights would be lost without notice.
"""

import pickle
from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch

from ofer.compat.allowed import allowed_by_name

# Code of unknown classes is never called; these are refused nevertheless, since no honest checkpoint refers to them.
RUNNING = frozenset({
    *('os', 'posix', 'nt', 'subprocess', 'sys', 'shutil', 'importlib', 'runpy', 'code', 'codeop', 'pty', 'pdb', 'ctypes', 'socket'),
    *('marshal', 'pickle', '_pickle', 'webbrowser', 'timeit', 'urllib', 'requests', 'pip', 'builtins', 'torch'),
})  # fmt: skip
HARMLESS_BUILTINS = ('bool', 'complex', 'dict', 'float', 'frozenset', 'int', 'list', 'object', 'range', 'set', 'slice', 'str', 'tuple')
HARMLESS = frozenset(f'builtins.{name}' for name in HARMLESS_BUILTINS)


class Inert(dict):
    """Replaces an object of an unknown class. It keeps the items of classes derived from ``dict`` and drops everything else."""

    origin = ''

    def __new__(cls, *args: Any, **kwargs: Any) -> 'Inert':
        return super().__new__(cls)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def __setstate__(self, state: Any) -> None: ...

    def __call__(self, *args: Any, **kwargs: Any) -> 'Inert':
        return self

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)

    def append(self, item: Any) -> None:
        """Drop an item of a list."""

    def extend(self, items: Any) -> None:
        """Drop the items of a list."""

    def add(self, item: Any) -> None:
        """Drop an item of a set."""


class InertUnpickler(pickle.Unpickler):
    """Unpickles tensors and plain data; objects of unknown classes become :class:`Inert`.

    Raises:
        pickle.UnpicklingError: the file refers to something that only serves to run code, or to a module; the text has ``GLOBAL`` and
            the name.
    """

    def find_class(self, module: str, name: str) -> Any:
        module, name = NAME_MAPPING.get((module, name), (IMPORT_MAPPING.get(module, module), name))  # pickles use names of Python 2
        key = f'{module}.{name}'
        found = allowed_by_name().get(key)
        if found is not None:
            return found
        optimiser = module.startswith('torch.optim')
        if module.partition('.')[0] in RUNNING and key not in HARMLESS and not optimiser:
            raise pickle.UnpicklingError(f'GLOBAL {key} is not allowed')
        return type(name.rpartition('.')[2], (Inert,), {'origin': key})


_AS_MODULE = SimpleNamespace(
    __name__='ofer.compat.inert',
    Unpickler=InertUnpickler,
    load=lambda file, **arguments: InertUnpickler(file, **arguments).load(),
    UnpicklingError=pickle.UnpicklingError,
)


def load_inert(path: Path, map_location: Any) -> tuple[Any, list[str]]:
    """Read a file of ``torch.save``; objects of unknown classes are left out.

    Args:
        path: the file.
        map_location: as in ``torch.load``.

    Returns:
        The content, and the objects that were left out, each as ``name (class)``.

    Raises:
        pickle.UnpicklingError: as :class:`InertUnpickler`.
        Exception: any exception of torch for a damaged file.
    """
    # InertUnpickler.find_class checks every class, in place of weights_only=True.
    content = torch.load(path, map_location=map_location, pickle_module=_AS_MODULE, weights_only=False)
    left_out: list[str] = []
    return _plain(content, '', left_out), left_out


def _plain(value: Any, name: str, left_out: list[str]) -> Any:
    if isinstance(value, Inert) and not value:
        left_out.append(f'{name or "the whole content"} ({value.origin})')
        return None
    if not isinstance(value, Mapping):
        return value
    kept = {key: _plain(child, f'{name}.{key}'.lstrip('.'), left_out) for key, child in value.items()}
    return {key: child for key, child in kept.items() if child is not None or value[key] is None}
