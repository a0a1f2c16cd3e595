"""Libraries of the extras of the package, imported where they are used."""

from importlib import import_module
from types import ModuleType


def extra(module: str, name: str, need: str) -> ModuleType:
    """A module of a library that an extra installs.

    Args:
        module: dotted name.
        name: of the extra.
        need: what needs which library, the beginning of the message.

    Raises:
        ImportError: the library is not installed; the message says how to install it.

    Example:
        >>> extra('pyarow', 'table', 'parquet files need pyarow')
        Traceback (most recent call last):
        ImportError: parquet files need pyarow. Run: pip install 'ofer[table]'
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise ImportError(f"{need}. Run: pip install 'ofer[{name}]'") from error
