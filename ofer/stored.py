"""Reads files that a command of this package has written: a damaged one is a message with the file and the remedy."""

import io
import json
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

NO_ARRAYS = (
    *(ValueError, EOFError, OSError, KeyError, SyntaxError, MemoryError, RuntimeError, OverflowError),
    *(struct.error, tokenize.TokenError, zipfile.BadZipFile, zlib.error),
)
"""What numpy raises for a damaged file; its header is Python source, whose tokens it reads."""


def read_json(path: Path, remedy: str, keys: Sequence[str] = ()) -> dict[str, Any]:
    """The object in a JSON file.

    Args:
        path: of the file.
        remedy: what to do if it is damaged, one sentence.
        keys: of entries that it must have.

    Raises:
        OSError: the file does not exist, or cannot be read.
        ValueError: it is damaged; the message names the file.
    """
    return parse_json(path.read_bytes(), str(path), remedy, keys)


def parse_json(text: bytes, place: str, remedy: str, keys: Sequence[str] = ()) -> dict[str, Any]:
    """The object in a JSON text; arguments and errors as for :func:`read_json`, with the name of a ``place`` for messages.

    >>> parse_json(b'{"seed": 3', 'settings.json', 'Remove it.')
    Traceback (most recent call last):
    ValueError: settings.json: damaged (Expecting ',' delimiter: line 1 column 11 (char 10)). Remove it.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f'{place}: damaged ({error}). {remedy}') from error
    lacking = [key for key in keys if not isinstance(content, dict) or key not in content]
    if lacking or not isinstance(content, dict):
        what = f'it has no {lacking[0]!r}' if lacking else 'it has no object'
        raise ValueError(f'{place}: damaged ({what}). {remedy}')
    return content


def read_arrays(path: Path, remedy: str, keys: Sequence[str] = ()) -> 'dict[str, np.ndarray]':
    """The arrays in an ``.npz`` file; arguments and errors as for :func:`read_json`."""
    content = path.read_bytes()
    import numpy as np

    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            return {name: file[name] for name in keys or file.files}
    except NO_ARRAYS as error:
        raise ValueError(f'{path}: damaged ({_one_line(error)}). {remedy}') from error


def parse_array(content: bytes, path: str, remedy: str) -> 'np.ndarray':
    """The array in the bytes of an ``.npy`` file; ``path`` is for messages.

    Raises:
        ValueError: the file is damaged.
    """
    import numpy as np

    try:
        found = np.load(io.BytesIO(content), allow_pickle=False)
    except NO_ARRAYS as error:
        raise ValueError(f'{path}: damaged, or no array ({_one_line(error)}). {remedy}') from error
    if not isinstance(found, np.ndarray):
        raise ValueError(f'{path}: several arrays, expected one. {remedy}')
    return found


def _one_line(error: BaseException) -> str:
    """The text of an error of numpy, which may quote the whole header of the file."""
    text = ' '.join(str(error).split()) or type(error).__name__
    return text if len(text) <= 120 else f'{text[:120]} ...'
