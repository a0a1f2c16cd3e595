"""Finding the parts of a data set in the copies that people have."""

import os
from collections.abc import Callable, Sequence
from typing import Any

from ofer.datasets.archive import list_images

VALIDATION_NAMES = ('val', 'valid', 'validation')


def find_file(root: str, names: Sequence[str]) -> str | None:
    """Path of the first of ``names`` that is a file under ``root``."""
    return next((path for path in (os.path.join(root, name) for name in names) if os.path.isfile(path)), None)


def find_split(root: str, names: Sequence[str]) -> str | None:
    """First folder or zip archive under ``root`` that is called like one of ``names``, whatever the case; a folder before an archive."""
    present = {entry.name.lower(): entry for entry in os.scandir(root)}
    for name in names:
        for candidate in (name, f'{name}.zip'):
            entry = present.get(candidate.lower())
            if entry is not None and entry.is_dir() != candidate.endswith('.zip'):
                return entry.path
    return None


def describe(container: str) -> str:
    """A folder or archive in words."""
    return f'{"zip archive" if container.lower().endswith(".zip") else "folder"} {os.path.basename(container)}'


def class_folder(name: str) -> str:
    """The folder in which an image lies, from its name relative to the split's container; empty where it lies in none."""
    return name.split('/')[-2] if '/' in name else ''


def items_by_folder(container: str, meaning: Callable[[str], str | None], expected: str) -> list[dict[str, Any]]:
    """Items of a folder or archive with one folder a class.

    Args:
        container: the folder or archive.
        meaning: name of the expression that a folder's name stands for, None where it stands for none.
        expected: the names that are allowed, in words.

    Raises:
        ValueError: a folder that stands for no expression.
    """
    items = []
    for name in list_images(container):
        expression = meaning(class_folder(name))
        if expression is None:
            raise ValueError(f'{container}/{name}: the folder {class_folder(name)!r} is no class, expected {expected}')
        items.append({'img_path': f'{container}/{name}', 'expression': expression})
    return items


def read_class_folders(
    root: str, names: Sequence[str], meaning: Callable[[str], str | None], expected: str
) -> tuple[str, list[dict[str, Any]]]:
    """The split called like one of ``names``, in words, and its items; the rest as in :func:`items_by_folder`.

    Raises:
        FileNotFoundError: the split is not there.
        ValueError: a folder that stands for no expression.
    """
    container = find_split(root, names)
    if container is None:
        raise FileNotFoundError(
            f'{root}: no folder or archive {names[0]} with one folder a class. Set data_root to the folder in which it lies.'
        )
    return describe(container), items_by_folder(container, meaning, expected)


def missing_images(names: Sequence[str], total: int, where: str, remedy: str) -> FileNotFoundError:
    """The error for images that an annotation names and that are not there."""
    return FileNotFoundError(f'{where}: {len(names)} of {total} images are missing, the first is {names[0]}. {remedy}')
