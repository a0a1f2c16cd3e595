"""User inputs as a stream of pictures.

Files, folders, globs, arrays, PIL images, videos, cameras, URLs, and lists of these.

An unreadable input becomes a picture without an image and with the reason, so that the other inputs are still processed. Pictures are read
one at a time, on demand.
"""

import glob
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from PIL import Image

from ofer.datasets.image_file import pillow_to_rgb
from ofer.faces.reading import decode_photograph
from ofer.inference.arrays import array_to_rgb
from ofer.inference.video import VIDEO_SUFFIXES, VideoError, count_frames, read_video
from ofer.inference.web import WebLimits, fetch_url

IMAGE_SUFFIXES = frozenset(
    ('.apng', '.avif', '.bmp', '.gif', '.heic', '.heif', '.jfif', '.jp2', '.jpe', '.jpeg', '.jpg', '.pbm', '.pgm', '.png', '.pnm', '.ppm',
     '.tga', '.tif', '.tiff', '.webp')
)  # fmt: skip
LARGEST_FILE = 500_000_000
"""Bytes; larger files are not read as images."""
_WEBCAM = re.compile(r'webcam:(\d+)')
_URL = re.compile(r'[a-z][a-z0-9+.-]*://', re.IGNORECASE)
_GLOB = re.compile(r'[*?\[]')


@dataclass(frozen=True, eq=False)
class Picture:
    """One image to process, or the reason why it is missing.

    Args:
        source: path, URL or name of the input.
        image: ``(H, W, 3)`` uint8 RGB; None where it could not be read.
        frame: index in its video, from 0; 0 for still images.
        time: of the frame, seconds; None for still images.
        reason: why there is no image.
        note: remark on the image.
        live: from a camera, so the result is needed at once.
    """

    source: str
    image: np.ndarray | None = None
    frame: int = 0
    time: float | None = None
    reason: str | None = None
    note: str | None = None
    live: bool = False


def from_start(source: str) -> int | None:
    """For :attr:`Reading.start`: nothing has been answered yet."""
    del source
    return 0


@dataclass
class Reading:
    """How inputs are read.

    Args:
        color: order of the channels of arrays with three or four; None where there are no such arrays.
        web: limits within which URLs are fetched; None: they are not.
        every: of videos and cameras, every ``every``-th frame is given.
        start: gives for a source the frame to begin with, or None where all of it has been answered before.
        left_out: counts the files of folders that are neither image nor video, by suffix.

    Raises:
        ValueError: an unknown ``color``, or ``every`` below 1.
    """

    color: Literal['rgb', 'bgr'] | None = None
    web: WebLimits | None = None
    every: int = 1
    start: Callable[[str], int | None] = from_start
    left_out: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.color not in (None, 'rgb', 'bgr'):
            raise ValueError(f"color={self.color!r}: choose 'rgb' or 'bgr' (arrays that OpenCV read are 'bgr')")
        if self.every < 1:
            raise ValueError(f'every={self.every}: expected 1 or more')


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
    """How many pictures :func:`pictures` will give, nearly: by names and headers, without decoding. None where that cannot be known.

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
        if not isinstance(given, (str, os.PathLike)) or _URL.match(os.fspath(given)):
            total += 1
            continue
        for path in _paths(os.fspath(given), Reading()):
            frames = count_frames(path) if _is_video(path) and os.path.isfile(path) else 1
            total += -(-(frames or 1) // reading.every)
    return total


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
            yield from _camera(text, int(camera[1]), reading)
        elif _URL.match(text):
            yield from _still(text, reading, lambda: _from_web(text, reading))
        else:
            yield from _from_disk(text, reading)
    elif isinstance(given, (bytes, bytearray)):
        yield from _still(f'bytes {index}', reading, lambda: _decoded(bytes(given), f'bytes {index}'))
    elif isinstance(given, Image.Image):
        name = getattr(given, 'filename', '') or f'image {index}'
        yield from _still(str(name), reading, lambda: _from_pil(given))
    elif hasattr(given, '__array__'):
        yield from _arrays(np.asarray(given), index, reading)
    else:
        kind = type(given).__name__
        yield Picture(f'input {index}', reason=f'{kind} is no input: give paths, arrays, PIL images or a list of these')


def _still(source: str, reading: Reading, read: Callable[[], tuple[np.ndarray, str | None]]) -> Iterator[Picture]:
    """A still image, or the reason why it cannot be read."""
    if reading.start(source) is None:
        return
    try:
        image, note = read()
    except (OSError, ValueError, MemoryError) as error:
        yield Picture(source, reason=_in_words(error, source))
    else:
        yield Picture(source, image, note=note)


def _in_words(error: BaseException, source: str) -> str:
    """A message on one line, without the name that the row states anyway."""
    text = (error.strerror if isinstance(error, OSError) and error.strerror else str(error)) or type(error).__name__
    advice = ' Copy the file again, or take it out of the data set.'  # of those who read data sets
    return ' '.join(text.removeprefix(f'{source}: ').removesuffix(advice).split())


def _from_disk(text: str, reading: Reading) -> Iterator[Picture]:
    found = False
    for path in _paths(text, reading):
        found = True
        problem = _not_a_file(path)
        if problem:
            if reading.start(path) is not None:
                yield Picture(path, reason=problem)
        elif _is_video(path):
            yield from _video(path, reading)
        else:
            yield from _still(path, reading, lambda path=path: _from_file(path))  # type: ignore[misc]
    if not found and reading.start(text) is not None:
        kind = 'an empty folder, or one without images and videos' if os.path.isdir(text) else 'no file matches'
        yield Picture(text, reason=kind)


def _paths(text: str, reading: Reading) -> Iterator[str]:
    """Files that a path, folder or glob stands for. A folder gives images and videos alone."""
    if '\0' in text or not text:
        yield text
    elif os.path.isdir(text):
        yield from _walk(text, reading)
    elif _GLOB.search(text) and not os.path.lexists(text):
        for path in sorted(glob.iglob(text, recursive=True)):
            yield from _walk(path, reading) if os.path.isdir(path) and not path.endswith(os.sep) else (path,)
    else:
        yield text


def _walk(folder: str, reading: Reading) -> Iterator[str]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith('.'))
        for name in sorted(names):
            path, suffix = os.path.join(parent, name), Path(name).suffix.lower()
            if name.startswith('.'):
                continue
            if suffix in IMAGE_SUFFIXES or suffix in VIDEO_SUFFIXES or _has_image_header(path):
                yield path
            else:
                reading.left_out[suffix or name] = reading.left_out.get(suffix or name, 0) + 1


def _has_image_header(path: str) -> bool:
    """Whether a file of another suffix begins like an image."""
    if _not_a_file(path):
        return False
    try:
        with open(path, 'rb') as file:
            head = file.read(12)
    except OSError:
        return False
    return head.startswith((b'\xff\xd8\xff', b'\x89PNG\r\n\x1a\n', b'GIF8')) or (head[:4] == b'RIFF' and head[8:] == b'WEBP')


def _is_video(path: str) -> bool:
    return Path(path).suffix.lower() in VIDEO_SUFFIXES


def _not_a_file(path: str) -> str | None:
    """Why a path cannot be opened as a file: devices and pipes could be waited for without end."""
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError) or '\0' in path
        return 'no such file' if missing else _in_words(error, path)
    if stat.S_ISREG(mode):
        return None
    return 'a folder' if stat.S_ISDIR(mode) else 'no regular file'


def _video(path: str, reading: Reading) -> Iterator[Picture]:
    start = reading.start(path)
    if start is None:
        return
    after, time = start, 0.0
    try:
        for frame in read_video(path, reading.every, start):
            after, time = frame.index + 1, frame.time
            yield Picture(path, frame.image, frame.index, frame.time)
    except VideoError as error:
        yield Picture(path, frame=after, time=time if after else None, reason=str(error))


def _camera(name: str, number: int, reading: Reading) -> Iterator[Picture]:
    """Frames of a camera until it ends or the user stops."""
    import time

    import cv2

    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # a missing camera is reported once, by the picture's reason
    camera = cv2.VideoCapture(number)
    cv2.utils.logging.setLogLevel(level)
    try:
        if not camera.isOpened():
            yield Picture(name, reason=f'there is no camera {number}, or another program uses it')
            return
        begin, index = time.monotonic(), 0
        while True:
            good, image = camera.read()
            if not good:
                return
            if index % reading.every == 0:
                yield Picture(name, cv2.cvtColor(image, cv2.COLOR_BGR2RGB), index, time.monotonic() - begin, live=True)
            index += 1
    finally:
        camera.release()


def _arrays(array: np.ndarray, index: int, reading: Reading) -> Iterator[Picture]:
    """An image, or several along the first axis."""
    if array.ndim == 4:
        for i, image in enumerate(array):
            yield from _still(f'array {index}[{i}]', reading, lambda image=image: (array_to_rgb(image, reading.color), None))  # type: ignore[misc]
    else:
        yield from _still(f'array {index}', reading, lambda: (array_to_rgb(array, reading.color), None))


def _from_file(path: str) -> tuple[np.ndarray, str | None]:
    size = os.path.getsize(path)
    if size > LARGEST_FILE:
        raise ValueError(f'{size // 1_000_000} MB is more than an image has')
    return _decoded(Path(path).read_bytes(), path)


def _from_pil(image: Image.Image) -> tuple[np.ndarray, str | None]:
    try:
        return pillow_to_rgb(image), None
    except Exception as error:  # a file that was opened lazily is read here, and Pillow's plugins raise all sorts of errors over it
        raise ValueError(f'damaged image ({error})') from error


def _decoded(content: bytes, name: str) -> tuple[np.ndarray, str | None]:
    return decode_photograph(content, name)


def _from_web(url: str, reading: Reading) -> tuple[np.ndarray, str | None]:
    if not url.lower().startswith(('http://', 'https://')):
        raise ValueError('only http:// and https:// are fetched')
    if reading.web is None:
        raise ValueError('URLs are not fetched unless allowed: allow_urls=True, or --allow-urls')
    return _decoded(fetch_url(url, reading.web), url)
