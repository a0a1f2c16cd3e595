"""Files in folders and in zip archives, listed and read with the same functions.

A file in an archive has the path ``archive.zip/member.png``. Archives are opened once per process, on the first read in it: the handle
of a parent process is never used by a ``DataLoader`` worker, because processes that share a file position disturb each other.
"""

import lzma
import os
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

IMAGE_SUFFIXES = (
    *('.apng', '.avif', '.bmp', '.dib', '.gif', '.jfif', '.jp2', '.jpe', '.jpeg', '.jpg', '.pbm', '.pgm', '.png', '.pnm', '.ppm'),
    *('.tga', '.tif', '.tiff', '.webp'),
)
"""Of the formats that :mod:`ofer.files.image_file` decodes."""
_LEFT_BY_SYSTEMS = frozenset({'__macosx', '@eadir', 'thumbs.db', 'ehthumbs.db', 'desktop.ini'})

_PREFIX = re.compile(r'^(?:\./|/)+')

_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, OverflowError, struct.error)
"""What :mod:`zipfile` raises for a damaged archive."""

_opened: dict[str, tuple[int, zipfile.ZipFile, dict[str, str]]] = {}


class DamagedImageError(ValueError):
    """An image file is damaged, truncated or not an image."""


def is_image_name(name: str) -> bool:
    """Whether a file name has the suffix of an image."""
    return name.lower().endswith(IMAGE_SUFFIXES)


def is_litter(name: str) -> bool:
    """Whether a file or folder was made by an operating system or editor: hidden, ``__MACOSX``, ``Thumbs.db`` ..."""
    return name.startswith('.') or name.lower() in _LEFT_BY_SYSTEMS


@dataclass(frozen=True)
class Tree:
    """The files of a folder (and the folders in it), of an archive or of a folder in an archive.

    Attributes:
        path: of the folder or archive.
        images: names of the images, relative to it, with ``/``, sorted.
        others: names of all other files, except files of operating systems.
        litter: number of the files of operating systems.
    """

    path: str
    images: tuple[str, ...]
    others: tuple[str, ...] = ()
    litter: int = 0

    def describe(self) -> str:
        """Its name, and the numbers of ignored files by suffix.

        >>> Tree('data/train', ('a.png',), ('b.heic', 'c.heic', 'README')).describe()
        'folder train, files that are no images: .heic 2, without suffix 1'
        """
        counts = Counter(os.path.splitext(name)[1].lower() or 'without suffix' for name in self.others)
        left = [f'{suffix} {number}' for suffix, number in sorted(counts.items())]
        left += [f'left by an operating system {self.litter}'] if self.litter else []
        kind = 'zip archive' if _inside_archive(self.path) else 'folder'
        return f'{kind} {os.path.basename(self.path)}' + (f', files that are no images: {", ".join(left)}' if left else '')


def scan(path: str | Path) -> Tree:
    """List a folder, an archive, or a folder in an archive (``archive.zip/train``).

    Raises:
        FileNotFoundError: there is no such folder or archive.
        ValueError: the archive is damaged.
    """
    path = str(path)
    names = list(_walk(path))
    kept = [name for name in names if not any(map(is_litter, name.split('/')))]
    images = sorted(filter(is_image_name, kept))
    others = sorted(name for name in kept if not is_image_name(name))
    return Tree(path, tuple(images), tuple(others), len(names) - len(kept))


def list_images(path: str | Path) -> list[str]:
    """Names of all images that :func:`scan` finds.

    Raises:
        FileNotFoundError: there is no such folder or archive.
        ValueError: the archive is damaged.
    """
    return list(scan(path).images)


def entries(path: str) -> dict[str, bool]:
    """Direct entries of a folder or archive: names, and whether each is a folder; without files of operating systems."""
    if _inside_archive(path) is None:
        with os.scandir(path) as found:
            return {entry.name: entry.is_dir() for entry in sorted(found, key=lambda entry: entry.name) if not is_litter(entry.name)}
    names = sorted(name.split('/', 1) for name in _walk(path))
    return {parts[0]: len(parts) == 2 for parts in names if not is_litter(parts[0])}


def exists(path: str) -> bool:
    """Whether a file or folder exists, in an archive or not."""
    inside = _inside_archive(path)
    if inside is None or not os.path.isfile(inside[0]):
        return os.path.exists(path)
    return not inside[1] or any(name == inside[1] or name.startswith(f'{inside[1]}/') for name in _members(inside[0]))


def is_folder(path: str) -> bool:
    """Whether the path is a folder, an archive, or a folder in an archive."""
    inside = _inside_archive(path)
    return os.path.isdir(path) if inside is None else exists(path) and inside[1] not in _members(inside[0])


def _walk(path: str) -> Iterator[str]:
    """Names of all files, relative, with ``/``."""
    inside = _inside_archive(path)
    if inside is not None:
        prefix = f'{inside[1]}/' if inside[1] else ''
        yield from (name.removeprefix(prefix) for name in _members(inside[0]) if name.startswith(prefix))
        return
    seen: set[tuple[int, int]] = set()  # a link to a parent folder would never end
    for folder, folders, files in os.walk(path, onerror=_refuse, followlinks=True):
        status = os.stat(folder)
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        relative = os.path.relpath(folder, path).replace(os.sep, '/')
        yield from (name if relative == '.' else f'{relative}/{name}' for name in files)


def _refuse(error: OSError) -> None:
    raise error


def split_archive_path(path: str) -> tuple[str, str] | None:
    """Archive and member of ``archive.zip/member``; None for the path of a plain file."""
    inside = _inside_archive(path)
    return inside if inside and inside[1] else None


def _inside_archive(path: str) -> tuple[str, str] | None:
    """Archive and name in it, which is empty for the archive itself; None for the path of a plain file or folder."""
    end = f'{path}/'.lower().find('.zip/')
    if end < 0 or os.path.isdir(path[: end + 4]):
        return None
    return path[: end + 4], path[end + 5 :].rstrip('/')


def open_archive(path: str) -> zipfile.ZipFile:
    """The archive, opened in this process.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is not a zip archive, or is damaged.
    """
    return _open(path)[0]


def _members(path: str) -> dict[str, str]:
    """Stored names of the files of an archive, by their names with ``/``: some programs on Windows write backslashes."""
    return _open(path)[1]


def _open(path: str) -> tuple[zipfile.ZipFile, dict[str, str]]:
    process = _opened[path][0] if path in _opened else None
    if process != os.getpid():
        if not os.path.isfile(path):
            raise FileNotFoundError(f'{path}: no such folder or archive. Check data_root.')
        try:
            archive = zipfile.ZipFile(path)
        except (*_DAMAGED, NotImplementedError) as error:
            raise ValueError(f'{path}: damaged or no zip archive ({error}). Copy it again.') from error
        names = {_PREFIX.sub('', name.replace('\\', '/')): name for name in archive.namelist() if not name.endswith(('/', '\\'))}
        _opened[path] = (os.getpid(), archive, names)
    return _opened[path][1:]


def read_bytes(path: str) -> bytes:
    """Content of a file, or of a member of an archive.

    Raises:
        FileNotFoundError: there is no such file or member.
        DamagedImageError: the member is damaged.
        ValueError: the whole archive is damaged, or needs a password.
    """
    parts = split_archive_path(path)
    if parts is None:
        try:
            with open(path, 'rb') as file:
                return file.read()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise FileNotFoundError(f'{path}: no such image. Put it back, or take its line out of the annotation.') from error
    archive, member = parts
    opened, members = _open(archive)
    if member not in members:
        raise FileNotFoundError(f'{path}: the archive has no such member. Is it the one that the labels belong to?')
    try:
        return opened.read(members[member])
    except _DAMAGED as error:
        raise DamagedImageError(f'{path}: damaged in its archive ({error}). Copy {archive} again.') from error
    except (RuntimeError, NotImplementedError) as error:  # a password, or a compression that Python does not support
        raise ValueError(f'{path}: cannot be unpacked ({error}). Unpack {archive} with the program that packed it.') from error
