"""User inputs as a stream of pictures.

Files, folders, globs, arrays, PIL images, videos, cameras, URLs, and lists of these.

An unreadable input becomes a picture without an image and with the reason, so that the other inputs are still processed. Pictures are read
one at a time, on demand.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image

from ofer.faces.reading import decode_photograph
from ofer.inference.sources.arrays import array_pictures, pillow_picture
from ofer.inference.sources.cameras import camera_pictures
from ofer.inference.sources.files import count_file_pictures, file_names, file_pictures, is_video
from ofer.inference.sources.picture import Picture, Reading, still
from ofer.inference.web import fetch_url

_WEBCAM = re.compile(r'webcam:(\d+)')
_URL = re.compile(r'[a-z][a-z0-9+.-]*://', re.IGNORECASE)


def pictures(inputs: Any, reading: Reading) -> Iterator[Picture]:
    """Read inputs.

    Args:
        inputs: a path of an image, video or folder, a glob, ``'webcam:0'``, a URL, an array, a PIL image, the bytes of an image file, or
            any iterable of these.
        reading: how.

    Yields:
        Pictures in the order of the inputs; those of a folder by name.
    """
    for index, given in enumerate(_items(inputs)):
        yield from _read(given, index, reading)


def count_pictures(inputs: Any, reading: Reading) -> int | None:
    """Approximate number of pictures that :func:`pictures` will give, from names and headers, without decoding; None if unknown.

    Args:
        inputs: as there; a stream that can be read only once is not counted.
        reading: as there.
    """
    if not isinstance(inputs, (str, os.PathLike, list, tuple)):
        return None
    total = 0
    for given in _items(inputs):
        if isinstance(given, str) and _WEBCAM.fullmatch(given):
            return None
        single = not isinstance(given, (str, os.PathLike)) or _URL.match(os.fspath(given))
        total += 1 if single else count_file_pictures(os.fspath(given), reading)
    return total


def source_names(inputs: Sequence[str], reading: Reading) -> Iterator[str]:
    """The names of the sources that :func:`pictures` will read, from folders and globs too, without decoding any.

    Args:
        inputs: paths of images, videos or folders, globs, cameras and URLs.
        reading: as there; nothing is counted in ``left_out``.
    """
    reading = replace(reading, left_out={})
    for given in inputs:
        yield from (given,) if _WEBCAM.fullmatch(given) or _URL.match(given) else file_names(given, reading)


def has_frames(source: str) -> bool:
    """Whether a source is a video or a camera, by its name."""
    return _WEBCAM.fullmatch(source) is not None or is_video(source)


def _items(inputs: Any) -> Iterable[Any]:
    """Single inputs of a nested iterable."""
    if (
        isinstance(inputs, (str, bytes, bytearray, os.PathLike, np.ndarray, Image.Image))
        or not isinstance(inputs, Iterable)
        or hasattr(inputs, '__array__')
    ):
        yield inputs
    else:
        for item in inputs:
            yield from _items(item)


def _read(given: Any, index: int, reading: Reading) -> Iterator[Picture]:
    if isinstance(given, (str, os.PathLike)):
        text = os.fspath(given)
        if isinstance(text, bytes):
            text = os.fsdecode(text)
        if camera := _WEBCAM.fullmatch(text):
            yield from camera_pictures(text, int(camera[1]), reading)
        elif _URL.match(text):
            yield from still(text, reading, lambda: _from_web(text, reading))
        else:
            yield from file_pictures(text, reading)
    elif isinstance(given, (bytes, bytearray)):
        yield from still(f'bytes {index}', reading, lambda: decode_photograph(bytes(given), f'bytes {index}'))
    elif isinstance(given, Image.Image):
        yield from pillow_picture(given, index, reading)
    elif hasattr(given, '__array__'):
        yield from array_pictures(np.asarray(given), index, reading)
    else:
        kind = type(given).__name__
        yield Picture(f'input {index}', reason=f'{kind} is no input: give paths, arrays, PIL images or a list of these')


def _from_web(url: str, reading: Reading) -> tuple[np.ndarray, str | None]:
    if not url.lower().startswith(('http://', 'https://')):
        raise ValueError('only http:// and https:// are fetched')
    if reading.web is None:
        raise ValueError('URLs are not fetched unless allowed: allow_urls=True, or --allow-urls')
    return decode_photograph(fetch_url(url, reading.web), url)
