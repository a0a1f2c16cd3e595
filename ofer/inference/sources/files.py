"""Files, folders and globs: images and videos on disk."""

import glob
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from ofer.faces.reading import decode_photograph
from ofer.files.archive import IMAGE_SUFFIXES
from ofer.files.image_file import has_image_header
from ofer.inference.sources.picture import Picture, Reading, reason_of, still
from ofer.inference.video import VIDEO_SUFFIXES, VideoError, count_frames, read_video

LARGEST_FILE = 500_000_000
"""Bytes; larger files are not read as images."""
_GLOB = re.compile(r'[*?\[]')


def file_pictures(text: str, reading: Reading) -> Iterator[Picture]:
    """Pictures of a path, folder or glob."""
    found = False
    for path in file_names(text, reading):
        found = True
        problem = _not_a_file(path)
        if problem:
            if reading.start(path) is not None:
                yield Picture(path, reason=problem)
        elif is_video(path):
            yield from _video(path, reading)
        else:
            yield from still(path, reading, lambda path=path: _image(path))  # type: ignore[misc]
    if not found and reading.start(text) is not None:
        kind = 'an empty folder, or one without images and videos' if os.path.isdir(text) else 'no file matches'
        yield Picture(text, reason=kind)


def count_file_pictures(text: str, reading: Reading) -> int:
    """Approximate number of pictures of a path, folder or glob, without decoding."""
    total = 0
    for path in file_names(text, replace(reading, left_out={})):
        frames = count_frames(path) if is_video(path) and os.path.isfile(path) else 1
        total += -(-(frames or 1) // reading.every)
    return total


def file_names(text: str, reading: Reading) -> Iterator[str]:
    """Files of a path, folder or glob. A folder gives images and videos only, and nothing of the outputs in it."""
    if '\0' in text or not text:
        yield text
    elif os.path.isdir(text):
        yield from walk_inputs(text, reading)
    elif _GLOB.search(text) and not os.path.lexists(text):
        for path in sorted(glob.iglob(text, recursive=True)):
            if _in_output(path, text, reading):
                reading.left_out['in folders of outputs'] = reading.left_out.get('in folders of outputs', 0) + 1
            else:
                yield from walk_inputs(path, reading) if os.path.isdir(path) and not path.endswith(os.sep) else (path,)
    else:
        yield text


def walk_inputs(folder: str, reading: Reading) -> Iterator[str]:
    """Images and videos of a folder and its subfolders by name, without hidden ones; the others are counted in ``reading.left_out``."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith('.') and not _is_output(os.path.join(parent, name), reading))
        for name in sorted(names):
            path, suffix = os.path.join(parent, name), Path(name).suffix.lower()
            if name.startswith('.'):
                continue
            if suffix in IMAGE_SUFFIXES or suffix in VIDEO_SUFFIXES or _begins_like_an_image(path):
                yield path
            elif not _is_output(path, reading):
                reading.left_out[suffix or name] = reading.left_out.get(suffix or name, 0) + 1


def _is_output(path: str, reading: Reading) -> bool:
    return bool(reading.outputs) and os.path.realpath(path) in reading.outputs


def _in_output(path: str, pattern: str, reading: Reading) -> bool:
    """Whether a path, or a folder of it below the fixed part of the pattern, is an output."""
    fixed = os.path.dirname(_GLOB.split(pattern)[0])
    while len(path) > len(fixed):
        if _is_output(path, reading):
            return True
        path = os.path.dirname(path)
    return False


def _begins_like_an_image(path: str) -> bool:
    if _not_a_file(path):
        return False
    try:
        with open(path, 'rb') as file:
            return has_image_header(file.read(12))
    except OSError:
        return False


def is_video(path: str) -> bool:
    """Whether a path has the suffix of a video."""
    return Path(path).suffix.lower() in VIDEO_SUFFIXES


def _not_a_file(path: str) -> str | None:
    """Why a path cannot be opened as a file: reading from a device or pipe may never end."""
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError) or '\0' in path
        return 'no such file' if missing else reason_of(error, path)
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


def _image(path: str) -> tuple[np.ndarray, str | None]:
    size = os.path.getsize(path)
    if size > LARGEST_FILE:
        raise ValueError(f'{size // 1_000_000} MB is more than an image has')
    return decode_photograph(Path(path).read_bytes(), path)
