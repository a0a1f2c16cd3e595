"""Finding the parts of a data set in the copies that people have.

Names are found whatever their letter case, in folders and in zip archives, and also where the copy lies in a folder of its own within
``data_root``, as archives are often unpacked.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ofer.datasets.archive import Tree, entries, exists, is_folder, scan

VALIDATION_NAMES = ('val', 'valid', 'validation')
TRAINING_NAMES = ('train', 'training')


def copies(root: str) -> Iterator[str]:
    """The root, and the folder in it as long as that is the only one."""
    for _ in range(4):
        yield root
        folders = [name for name, folder in entries(root).items() if folder or name.lower().endswith('.zip')]
        if len(folders) != 1:
            return
        root = f'{root}/{folders[0]}'


def find_path(root: str, name: str) -> str | None:
    """Path of ``name``, which may have folders, under ``root``, whatever the case of its letters; None where it is not there."""
    if os.path.isabs(name):
        return name if exists(name) else None
    path = root
    for part in name.split('/'):
        if not part or exists(f'{path}/{part}'):
            path = f'{path}/{part}'
            continue
        present = entries(path) if is_folder(path) else ()
        same = next((entry for entry in present if entry.lower() == part.lower()), None)
        if same is None:
            return None
        path = f'{path}/{same}'
    return path


def find_file(root: str, names: Sequence[str]) -> str | None:
    """Path of the first of ``names`` that is a file under ``root``."""
    for copy in copies(root):
        for path in (find_path(copy, name) for name in names):
            if path is not None and not is_folder(path):
                return path
    return None


def find_split(root: str, names: Sequence[str]) -> str | None:
    """First folder or zip archive under ``root`` that is called like one of ``names``; a folder before an archive."""
    for copy in copies(root):
        for name in names:
            for candidate in (name, f'{name}.zip'):
                path = find_path(copy, candidate)
                if path is not None and is_folder(path):
                    return path
    return None


def class_folder(name: str) -> str:
    """The folder in which an image lies, from its name relative to the split's container; empty where it lies in none."""
    return name.split('/')[-2] if '/' in name else ''


def folder_code(folder: str, codes: Sequence[str], first: int = 0) -> str | None:
    """What a folder that is called by a number means, counted from ``first``; None where it is no such number."""
    index = int(folder) - first if folder.isascii() and folder.isdigit() else -1
    return codes[index] if 0 <= index < len(codes) else None


def items_by_folder(tree: Tree, meaning: Callable[[str], str | None], expected: str, instead: str = '') -> list[dict[str, Any]]:
    """Items of a folder or archive with one folder a class.

    Args:
        tree: the folder or archive.
        meaning: name of the expression that a folder's name stands for, None where it stands for none.
        expected: the names that are allowed, in words.
        instead: what else could label images that lie in no class folder, in words.

    Returns:
        The items; the images in a folder that stands for no expression have ``problem``.
    """
    items: list[dict[str, Any]] = []
    for name in tree.images:
        path, folder = f'{tree.path}/{name}', class_folder(name)
        expression = meaning(folder) if folder else None
        if expression is not None:
            items.append({'img_path': path, 'expression': expression})
        elif folder:
            items.append({'img_path': path, 'problem': ValueError(f'{path}: the folder {folder!r} is no class, expected {expected}')})
    return items + loose_items(tree, f'{expected}' + (f'; or {instead}' if instead else ''))


def loose_items(tree: Tree, expected: str) -> list[dict[str, Any]]:
    """Items of the images that lie in no class folder, and one ``problem`` for all of them; nothing where there are none."""
    loose = [name for name in tree.images if not class_folder(name)]
    items: list[dict[str, Any]] = [
        {'img_path': f'{tree.path}/{name}', 'expression': None, 'unlabelled': 'in no class folder'} for name in loose
    ]
    if loose:
        what = f'{tree.path}: {len(loose)} images lie in no class folder, the first is {loose[0]}'
        items.append({'problem': ValueError(f'{what}. Sort them into one folder a class: {expected}.')})
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
            f'{root}: no folder or archive {names[0]} with one folder a class. Set data_root to the folder in which it lies. '
            f'{what_lies(root)}'
        )
    tree = scan(container)
    return tree.describe(), items_by_folder(tree, meaning, expected)


def what_lies(root: str, most: int = 5) -> str:
    """The first entries of a folder, for messages about what is not among them."""
    names = list(entries(root))
    more = f' and {len(names) - most} more' if len(names) > most else ''
    return f'There are: {", ".join(names[:most])}{more}.' if names else 'It is empty.'


class MissingImagesError(FileNotFoundError):
    """Images that an annotation names are not there.

    Args:
        names: of the images that are missing, at least one.
        total: how many images the annotation names.
        tree: folder or archive in which they should be.
        remedy: what to do.
    """

    def __init__(self, names: Sequence[str], total: int, tree: Tree, remedy: str) -> None:
        there = f' The first image there is {tree.images[0]}.' if len(names) == total and tree.images else ''
        super().__init__(f'{tree.path}: {len(names)} of {total} images are missing, the first is {names[0]}.{there} {remedy}')
        self.paths = tuple(f'{tree.path}/{name}' for name in names)
        self.remedy = remedy
