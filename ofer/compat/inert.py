"""Reads weights that lie beside objects of a training script, without running anything of those objects.

Published files often hold ``args``, meters or paths beside the weights, which ``torch.load(weights_only=True)`` refuses as a whole. Here
each class that is not on the list of :mod:`ofer.compat.allowed` is replaced by an empty stand-in, so that neither its module is imported
nor any of its code is called. What only serves to run code, and whole modules, are refused: their weights would be lost in silence.
"""

import pickle
from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch

from ofer.compat.allowed import allowed_by_name

# Nothing of an unknown class is ever called; these are refused all the same, since no honest checkpoint refers to them.
RUNNING = frozenset({
    *('os', 'posix', 'nt', 'subprocess', 'sys', 'shutil', 'importlib', 'runpy', 'code', 'codeop', 'pty', 'pdb', 'ctypes', 'socket'),
    *('marshal', 'pickle', '_pickle', 'webbrowser', 'timeit', 'urllib', 'requests', 'pip', 'builtins', 'torch'),
})  # fmt: skip
HARMLESS_BUILTINS = ('bool', 'complex', 'dict', 'float', 'frozenset', 'int', 'list', 'object', 'range', 'set', 'slice', 'str', 'tuple')
HARMLESS = frozenset(f'builtins.{name}' for name in HARMLESS_BUILTINS)


class Inert(dict):
    """Stand-in for an object of an unknown class. It keeps items, as classes derived from ``dict`` have them, and drops all else."""

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
        pickle.UnpicklingError: the file names something that only serves to run code, or a module; its text has ``GLOBAL`` and the name.
    """

    def find_class(self, module: str, name: str) -> Any:
        module, name = NAME_MAPPING.get((module, name), (IMPORT_MAPPING.get(module, module), name))  # pickles use Python 2's names
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
    """Read a file that ``torch.save`` wrote, with stand-ins for objects of unknown classes.

    Args:
        path: the file.
        map_location: as in ``torch.load``.

    Returns:
        Content without the stand-ins, and what was left out, each as ``name (class)``.

    Raises:
        pickle.UnpicklingError: as :class:`InertUnpickler`.
        Exception: whatever torch raises over a damaged file.
    """
    # Every class goes through InertUnpickler.find_class, which is what weights_only=True would else see to.
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
