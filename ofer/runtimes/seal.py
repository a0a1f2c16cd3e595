"""A checksum of a whole file, in the file itself: a changed byte anywhere is noticed.

The metadata have an entry :data:`MARK` of 64 digits. The checksum is the SHA-256 of the file with zeros in their place.
"""

import hashlib
import mmap
import re
from pathlib import Path

MARK = 'ofer_checksum'
BLANK = '0' * 64
_PLACE = re.compile(rb'ofer_checksum.{1,16}?([0-9a-f]{64})', re.DOTALL)


def seal(path: Path) -> None:
    """Write the checksum into a file whose mark is blank.

    Raises:
        ValueError: the file has no mark.
    """
    place, digest = _digest(path)
    if place is None:
        raise ValueError(f'{path}: has no entry {MARK}')
    with path.open('r+b') as file:
        file.seek(place)
        file.write(digest.encode())


def check_seal(path: Path) -> None:
    """Check that a file is as it was written.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it was changed, or is not one of ours.
    """
    if not path.is_file():
        raise FileNotFoundError(f'{path}: no such file. Write it with `ofer export`.')
    place, digest = _digest(path)
    if place is None:
        raise ValueError(f'{path}: damaged, or not exported by ofer: it has no checksum. Export it with `ofer export`.')
    with path.open('rb') as file:
        file.seek(place)
        if file.read(64) != digest.encode():
            raise ValueError(f'{path}: damaged or altered: its checksum is not that of its content. Copy it again, or export it again.')


def file_hash(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _digest(path: Path) -> tuple[int | None, str]:
    """Place of the 64 digits, and the checksum of the file with zeros there."""
    if path.stat().st_size == 0:
        return None, ''
    with path.open('rb') as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        found = _PLACE.search(content)
        if found is None:
            return None, ''
        begin, end = found.span(1)
        del found  # holds the mapped file open
        digest = hashlib.sha256()
        with memoryview(content) as view:
            digest.update(view[:begin])
            digest.update(BLANK.encode())
            digest.update(view[end:])
    return begin, digest.hexdigest()
