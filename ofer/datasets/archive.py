"""Images that lie in a folder or in a zip archive, read the same way.

An image in an archive has the path ``archive.zip/member.png``. Archives are opened once per process, on the first read in it: the handle
of a parent process is never used by a ``DataLoader`` worker, because two processes that share a file position read each other's bytes.
"""

import os
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

IMAGE_SUFFIXES = ('.png', '.jpg', '.jpeg', '.bmp', '.webp', '.pgm', '.tif', '.tiff')

_opened: dict[str, tuple[int, zipfile.ZipFile]] = {}


class DamagedImageError(ValueError):
    """An image file is damaged, cut off or no image."""


def is_image_name(name: str) -> bool:
    """Whether a file's name looks like that of an image, and not like one that an operating system left (``._photo.jpg``)."""
    return name.lower().endswith(IMAGE_SUFFIXES) and not name.rsplit('/', 1)[-1].startswith('.')


def list_images(container: str | Path) -> list[str]:
    """Names of all images in a folder (and the folders in it) or a zip archive, relative to it, with ``/``, sorted.

    Raises:
        FileNotFoundError: there is no such folder or archive.
        ValueError: the archive is damaged.
    """
    container = str(container)
    if os.path.isdir(container):
        return sorted(_walk(container, ''))
    return sorted(name for name in open_archive(container).namelist() if is_image_name(name))


def _walk(folder: str, prefix: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _walk(entry.path, f'{prefix}{entry.name}/')
            elif is_image_name(entry.name):
                yield prefix + entry.name


def split_archive_path(path: str) -> tuple[str, str] | None:
    """Archive and member of ``archive.zip/member``; None for the path of a plain file."""
    end = path.lower().find('.zip/')
    if end < 0 or os.path.isdir(path[: end + 4]):
        return None
    return path[: end + 4], path[end + 5 :]


def open_archive(path: str) -> zipfile.ZipFile:
    """The archive, opened in this process.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is no zip archive, or damaged.
    """
    process, archive = _opened.get(path, (None, None))
    if archive is None or process != os.getpid():
        if not os.path.isfile(path):
            raise FileNotFoundError(f'{path}: no such folder or archive. Check data_root.')
        try:
            archive = zipfile.ZipFile(path)
        except zipfile.BadZipFile as error:
            raise ValueError(f'{path}: damaged or no zip archive ({error}). Copy it again.') from error
        _opened[path] = (os.getpid(), archive)
    return archive


def read_bytes(path: str) -> bytes:
    """Content of a file, or of a member of an archive.

    Raises:
        FileNotFoundError: there is no such file or member.
        DamagedImageError: the member is damaged.
        ValueError: the archive is, as a whole.
    """
    parts = split_archive_path(path)
    if parts is None:
        try:
            with open(path, 'rb') as file:
                return file.read()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise FileNotFoundError(f'{path}: no such image. Put it back, or take its line out of the annotation.') from error
    archive, member = parts
    try:
        return open_archive(archive).read(member)
    except KeyError as error:
        raise FileNotFoundError(f'{path}: the archive has no such member. Is it the one that the labels belong to?') from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise DamagedImageError(f'{path}: damaged in its archive ({error}). Copy {archive} again.') from error
