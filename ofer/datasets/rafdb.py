"""RAF-DB, basic expressions (Li et al. 2017): 12,271 aligned faces of 100x100 pixels to train and 3,068 to test."""

import os
import re
from typing import Any

from ofer.categories import RAFDB_CODES, canonical_expression
from ofer.datasets.base import FERDataset
from ofer.datasets.image_names import ImageNames, Matches, image_key, unlisted_items
from ofer.datasets.layouts import (
    TRAINING_NAMES,
    VALIDATION_NAMES,
    MissingImagesError,
    class_folder,
    find_file,
    find_split,
    items_by_folder,
    scan_copy,
    what_lies,
)
from ofer.datasets.text_lines import read_lines, shortened, unquoted, whole_number
from ofer.files.archive import Tree, scan
from ofer.registry import DATASETS

LIST_NAMES = tuple(
    f'{folder}{name}{suffix}'
    for suffix in ('.txt', '.csv')
    for name in ('list_patition_label', 'list_partition_label')  # the original spelling, and the corrected one
    for folder in ('EmoLabel/', '', 'basic/EmoLabel/')
)
IMAGE_FOLDERS = ('Image/aligned', 'aligned', 'basic/Image/aligned')
TEST_NAMES = ('test', *VALIDATION_NAMES)

_LINE = re.compile(r'(?P<name>.+?)(?:\s*[,;]\s*|\s+)(?P<label>\S+)')

Item = dict[str, Any]


def folder_codes(folders: set[str]) -> dict[str, str]:
    """Meaning of the folders of a copy sorted by class: ``1`` to ``7``, ``0`` to ``6``, or names.

    Other folders are excluded, also names together with numbers, and numbers with an unknown start.
    """
    numbers = folders & set('01234567')
    if numbers:
        first = {(True, False): 0, (False, True): 1}.get(('0' in numbers, '7' in numbers))
        return {} if first is None else {folder: RAFDB_CODES[int(folder) - first] for folder in numbers}
    meanings = {folder: canonical_expression(folder) for folder in folders}
    return {folder: meaning for folder, meaning in meanings.items() if meaning in RAFDB_CODES}


@DATASETS.register_module()
class RAFDB(FERDataset):
    """RAF-DB as distributed (``EmoLabel/list_patition_label.txt``, ``Image/aligned``), or sorted into one folder for each class.

    The data set has no validation split: ``val`` is ``test``, as in the published work. Arguments as in
    :class:`ofer.datasets.base.FERDataset`.
    """

    SUBSET_CODES = RAFDB_CODES

    def read_annotation(self) -> tuple[str, list[Item]]:
        """Items of the split; see the base class."""
        list_file = find_file(self.data_root, LIST_NAMES)
        return self._read_list(list_file) if list_file else self._read_folders()

    def _read_list(self, list_file: str) -> tuple[str, list[Item]]:
        listed, items, repeated = self._listed(list_file)
        tree, matches = self._images(list(listed))
        problems: list[Exception] = [*matches.problems]
        if matches.missing:
            names = [f'{image_key(name)}_aligned.jpg' for name in matches.missing]
            problems.append(MissingImagesError(names, len(listed), tree, 'Copy them again from the aligned images of RAF-DB.'))
        items += [{'problem': problem} for problem in problems]
        items += [{'img_path': f'{tree.path}/{image}', 'expression': listed[name]} for name, image in matches.found.items()]
        own = [image for image in tree.images if image_key(image).startswith(self._prefix)]
        items += unlisted_items(tree.path, ImageNames(own).unlisted(listed))
        again = f' ({repeated} lines repeated)' if repeated else ''
        return f'list {os.path.basename(list_file)}{again}, {tree.describe()}', items

    @property
    def _prefix(self) -> str:
        """With which the names of the images of the split begin."""
        return 'train_' if self.split == 'train' else 'test_'

    def _images(self, listed: list[str]) -> tuple[Tree, Matches]:
        """The first folder or archive with any of the listed images, and the matches."""
        split = TRAINING_NAMES if self.split == 'train' else TEST_NAMES
        places = [find_split(self.data_root, names) for names in (IMAGE_FOLDERS, split, ('Image',))]
        trees = [*(scan(place) for place in places if place), scan_copy(self.data_root)]
        tried = [(tree, ImageNames(tree.images).match(listed)) for tree in trees]
        if not any(tree.images for tree in trees):
            raise FileNotFoundError(f'{self.data_root}: the list of labels is there, but no folder or archive Image/aligned. Put it there.')
        return next((one for one in tried if one[1].found), tried[0])

    def _listed(self, list_file: str) -> tuple[dict[str, str], list[Item], int]:
        """Expressions by the names of the images of the split, items for invalid lines, and the number of repeated lines."""
        listed: dict[str, str] = {}
        lines: dict[str, tuple[int, int]] = {}  # of an image: number and label
        problems: list[Item] = []
        repeated = 0
        for number, line in enumerate(read_lines(list_file), 1):
            if not line.strip() or (number == 1 and not re.search(r'\d', line)):  # a first line without a digit is a header
                continue
            match = _LINE.fullmatch(line.strip())
            name, label = (unquoted(match['name']), whole_number(unquoted(match['label']))) if match else ('', None)
            key = image_key(name)
            if label is None or not 1 <= label <= 7 or not key.startswith(('train_', 'test_')):
                expected = 'expected "train_00001.jpg 5": an image and a label from 1 to 7'
                problems.append({'problem': ValueError(f'{list_file}, line {number}: {shortened(line.strip())!r}, {expected}')})
                continue
            first, before = lines.setdefault(key, (number, label))
            if before != label:
                other = f'{name} has the label {label}, and another one above, {before} in line {first}. Keep the right one.'
                problems.append({'problem': ValueError(f'{list_file}, line {number}: {other}')})
            elif key.startswith(self._prefix):
                if first == number:
                    listed[name] = RAFDB_CODES[label - 1]
                else:
                    repeated += 1
        return listed, problems, repeated

    def _read_folders(self) -> tuple[str, list[Item]]:
        container = find_split(self.data_root, TRAINING_NAMES if self.split == 'train' else TEST_NAMES)
        if container is None:
            raise FileNotFoundError(
                f'{self.data_root}: neither {LIST_NAMES[0]} nor a folder {"train" if self.split == "train" else "test or valid"} with one '
                f'folder a class. Set data_root to the folder that contains one of them. {what_lies(self.data_root)}'
            )
        tree = scan(container)
        others = find_split(self.data_root, TEST_NAMES if self.split == 'train' else TRAINING_NAMES)  # it may show the first number
        folders = {class_folder(name) for part in (tree, *([scan(others)] if others else [])) for name in part.images} - {''}
        meanings = folder_codes(folders)
        if not meanings and folders and folders <= set('1234567'):
            raise ValueError(
                f'{container}: the folders {", ".join(sorted(folders))} do not show whether they count from 0 or from 1, as neither 0 nor '
                f'7 is among them. Call them by name: {", ".join(RAFDB_CODES)}.'
            )
        expected = f'1 to 7, 0 to 6, or names ({", ".join(RAFDB_CODES)}), and all folders in the same way'
        return tree.describe(), items_by_folder(tree, meanings.get, expected, f'put the list of the authors to {LIST_NAMES[0]}')
