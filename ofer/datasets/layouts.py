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

    Returns:
        The items; the images in a folder that stands for no expression have ``problem``.
    """
    items: list[dict[str, Any]] = []
    for name in list_images(container):
        path, folder = f'{container}/{name}', class_folder(name)
        expression = meaning(folder)
        if expression is None:
            items.append({'img_path': path, 'problem': ValueError(f'{path}: the folder {folder!r} is no class, expected {expected}')})
        else:
            items.append({'img_path': path, 'expression': expression})
    return items


def read_class_folders(
    root: str, names: Sequence[str], meaning: Callable[[str], str | None], expected: str
) -> tuple[str, list[dict[str, Any]]]:
    """The split called like one of ``names``, in words, and its items; the rest as in :func:`items_by_folder`.

    Raises:
        FileNotFoundError: the split is not there.
    """
    container = find_split(root, names)
    if container is None:
        raise FileNotFoundError(
            f'{root}: no folder or archive {names[0]} with one folder a class. Set data_root to the folder in which it lies.'
        )
    return describe(container), items_by_folder(container, meaning, expected)


class MissingImagesError(FileNotFoundError):
    """Images that an annotation names are not there.

    Args:
        names: of the images that are missing, at least one.
        total: how many images the annotation names.
        where: folder or archive in which they should be.
        remedy: what to do.
    """

    def __init__(self, names: Sequence[str], total: int, where: str, remedy: str) -> None:
        super().__init__(f'{where}: {len(names)} of {total} images are missing, the first is {names[0]}. {remedy}')
        self.paths = tuple(f'{where}/{name}' for name in names)
        self.remedy = remedy
