"""Finds an adapter by its name, or by ``MODULE:CALLABLE``."""

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, Protocol

import numpy as np

ADAPTERS: dict[str, str] = {
    'fer': 'ofer.evaluation.adapters.outside:fer',
    'face-api': 'ofer.evaluation.adapters.outside:face_api',
    'deepface': 'ofer.evaluation.adapters.outside:deepface',
    'emotiefflib': 'ofer.evaluation.adapters.outside:emotiefflib',
}
"""``module:factory`` of each adapter by its name; the factory takes no arguments."""


class UnknownAdapterError(ValueError):
    """A name that means no adapter, unlike a tool that cannot be loaded."""


class Adapter(Protocol):
    """What an adapter has to be."""

    classes: Sequence[str]

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Probabilities ``(N, K)`` for images ``(N, H, W, 3)`` uint8 RGB."""
        ...


def load_adapter(name: str) -> Callable[[np.ndarray], Any]:
    """An adapter.

    Args:
        name: one of :data:`ADAPTERS`, with or without its hyphen, or ``MODULE:CALLABLE`` for an own function or object, also of a module
            in the working directory. A class is called without arguments first.

    Returns:
        The adapter. A function need not have ``classes``: its outputs are then those of the data set.

    Raises:
        UnknownAdapterError: an unknown name, or what is there cannot be called.
        ImportError: the module, or the package that it needs, is not installed.

    >>> load_adapter('deepface2')
    Traceback (most recent call last):
    ofer.evaluation.adapters.loading.UnknownAdapterError: adapter 'deepface2': expected ...MODULE:CALLABLE
    """
    name = {known.replace('-', ''): known for known in ADAPTERS}.get(name, name)
    module, _, attribute = ADAPTERS.get(name, name).partition(':')
    if not attribute:
        raise UnknownAdapterError(f'adapter {name!r}: expected {"".join(known + ", " for known in sorted(ADAPTERS))}or MODULE:CALLABLE')
    if os.getcwd() not in sys.path:
        sys.path.append(os.getcwd())  # as python -m does
    try:
        found = getattr(import_module(module), attribute)
    except AttributeError as error:
        raise UnknownAdapterError(f'adapter {name!r}: {module} has no {attribute!r}') from error
    if name in ADAPTERS or isinstance(found, type):
        found = found()
    if not callable(found):
        raise UnknownAdapterError(f'adapter {name!r}: {attribute} cannot be called')
    return found
