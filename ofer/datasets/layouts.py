"""Finding the parts of a data set in various copies of it.

Names are found in any letter case, in folders and in zip archives, and also if the copy is in a single subfolder of ``data_root``, as
often after unpacking.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ofer.files.archive import Tree, entries, exists, is_folder, scan

VALIDATION_NAMES = ('val', 'valid', 'validation')
TRAINING_NAMES = ('train', 'training')


def copies(root: str) -> Iterator[str]:
    """The root, and its subfolder if it is the only one, and so on."""
    for _ in range(4):
        yield root
        folders = [name for name, folder in entries(root).items() if folder or name.lower().endswith('.zip')]
        if len(folders) != 1:
            return
        root = f'{root}/{folders[0]}'


def scan_copy(root: str) -> Tree:
    """The files of the root; if it has no images, of the only folder or archive in it that has."""
    trees = [scan(copy) for copy in copies(root)]
    return next((tree for tree in trees if tree.images), trees[0])


def find_path(root: str, name: str) -> str | None:
    """Path of ``name``, which may have folders, under ``root``, in any letter case; None if it does not exist."""
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
    """First folder or zip archive under ``root`` with one of ``names``; a folder before an archive."""
    for copy in copies(root):
        for name in names:
            for candidate in (name, f'{name}.zip'):
                path = find_path(copy, candidate)
                if path is not None and is_folder(path):
                    return path
    return None


def class_folder(name: str) -> str:
    """The folder of an image, from its name relative to the container of the split; empty if it has none."""
    return name.split('/')[-2] if '/' in name else ''


def folder_code(folder: str, codes: Sequence[str], first: int = 0) -> str | None:
    """Meaning of a folder named by a number, counted from ``first``; None for other names."""
    index = int(folder) - first if folder.isascii() and folder.isdigit() else -1
    return codes[index] if 0 <= index < len(codes) else None


def items_by_folder(tree: Tree, meaning: Callable[[str], str | None], expected: str, instead: str = '') -> list[dict[str, Any]]:
    """Items of a folder or archive with one folder for each class.

    Args:
        tree: the folder or archive.
        meaning: name of the expression for the name of a folder; None for other folders.
        expected: text about the allowed names.
        instead: text about another way to label images without a class folder.

    Returns:
        The items; images in a folder without an expression have ``problem``.
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
    """Items of the images without a class folder, and one ``problem`` for all of them; empty if there are none."""
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
    """Description of the split with one of ``names``, and its items; otherwise as :func:`items_by_folder`.

    Raises:
        FileNotFoundError: the split does not exist.
    """
    container = find_split(root, names)
    if container is None:
        raise FileNotFoundError(
            f'{root}: no folder or archive {names[0]} with one folder a class. Set data_root to the folder that contains it. '
            f'{what_lies(root)}'
        )
    tree = scan(container)
    return tree.describe(), items_by_folder(tree, meaning, expected)


def what_lies(root: str, most: int = 5) -> str:
    """The first entries of a folder, for messages about missing entries."""
    names = list(entries(root))
    more = f' and {len(names) - most} more' if len(names) > most else ''
    return f'There are: {", ".join(names[:most])}{more}.' if names else 'It is empty.'


class MissingImagesError(FileNotFoundError):
    """Images of an annotation do not exist.

    Args:
        names: of the missing images, at least one.
        total: number of images in the annotation.
        tree: folder or archive where they are expected.
        remedy: advice for the user.
    """

    def __init__(self, names: Sequence[str], total: int, tree: Tree, remedy: str) -> None:
        there = f' The first image there is {tree.images[0]}.' if len(names) == total and tree.images else ''
        super().__init__(f'{tree.path}: {len(names)} of {total} images are missing, the first is {names[0]}.{there} {remedy}')
        self.paths = tuple(f'{tree.path}/{name}' for name in names)
        self.remedy = remedy
