"""Finding the parts of a data set in the copies that people have."""

import os
from collections.abc import Sequence


def join(container: str, name: str) -> str:
    """Path of an image in a folder or an archive."""
    return f'{container}/{name}'


def find_file(root: str, names: Sequence[str]) -> str | None:
    """Path of the first of ``names`` that is a file under ``root``."""
    return next((path for path in (os.path.join(root, name) for name in names) if os.path.isfile(path)), None)


def find_split(root: str, names: Sequence[str]) -> str | None:
    """Folder or zip archive under ``root`` whose name, whatever its case, is one of ``names``; the first of them, a folder before an archive."""
    present = {entry.name.lower(): entry for entry in os.scandir(root)}
    for name in names:
        for candidate in (name, f'{name}.zip'):
            entry = present.get(candidate)
            if entry is not None and entry.is_dir() != candidate.endswith('.zip'):
                return entry.path
    return None
