"""RAF-DB, basic expressions (Li et al. 2017): 12,271 aligned faces of 100x100 pixels to train and 3,068 to test."""

import os
from typing import Any

from ofer.categories import RAFDB_CODES, canonical_expression
from ofer.datasets.archive import list_images
from ofer.datasets.base import FERDataset
from ofer.datasets.layouts import VALIDATION_NAMES, MissingImagesError, class_folder, describe, find_file, find_split, items_by_folder
from ofer.datasets.text_lines import read_lines
from ofer.registry import DATASETS

LIST_NAMES = tuple(
    f'{folder}{name}.txt'
    for name in ('list_patition_label', 'list_partition_label')  # the authors' spelling, and the one that people make of it
    for folder in ('EmoLabel/', '', 'basic/EmoLabel/')
)
IMAGE_FOLDERS = ('Image', '', 'basic/Image')
TEST_NAMES = ('test', *VALIDATION_NAMES)

Item = dict[str, Any]


def folder_codes(folders: set[str]) -> dict[str, str]:
    """What the folders of a copy sorted by class mean: ``1`` to ``7``, ``0`` to ``6``, or names.

    Left out are those that are none of these, names beside numbers, and numbers that do not show where they count from.
    """
    numbers = folders & set('01234567')
    if numbers:
        first = {(True, False): 0, (False, True): 1}.get(('0' in numbers, '7' in numbers))
        return {} if first is None else {folder: RAFDB_CODES[int(folder) - first] for folder in numbers}
    meanings = {folder: canonical_expression(folder) for folder in folders}
    return {folder: meaning for folder, meaning in meanings.items() if meaning in RAFDB_CODES}


@DATASETS.register_module()
class RAFDB(FERDataset):
    """RAF-DB as its authors give it (``EmoLabel/list_patition_label.txt``, ``Image/aligned``), or sorted into a folder a class.

    The data set has no validation split of its own: ``val`` is ``test``, as in the published work. Arguments as in
    :class:`ofer.datasets.base.FERDataset`.
    """

    SUBSET_CODES = RAFDB_CODES

    def read_annotation(self) -> tuple[str, list[Item]]:
        """Items of the split; see the base class."""
        list_file = find_file(self.data_root, LIST_NAMES)
        return self._read_list(list_file) if list_file else self._read_folders()

    def _read_list(self, list_file: str) -> tuple[str, list[Item]]:
        listed, items = self._listed(list_file)
        roots = [path for path in (os.path.join(self.data_root, folder) for folder in IMAGE_FOLDERS) if os.path.isdir(path)]
        container = next((found for found in (find_split(root, ('aligned',)) for root in roots) if found), None)
        if container is None:
            raise FileNotFoundError(
                f'{self.data_root}: {os.path.basename(list_file)} is there, but no folder or archive Image/aligned. Put it there.'
            )
        found = {name.rsplit('/', 1)[-1]: name for name in list_images(container)}
        aligned = {name: f'{name.removesuffix(".jpg")}_aligned.jpg' for name in listed}
        missing = [file for file in aligned.values() if file not in found]
        if missing:
            remedy = 'Copy them again from the aligned images of RAF-DB.'
            items.append({'problem': MissingImagesError(missing, len(listed), container, remedy)})
        items += [
            {'img_path': f'{container}/{found[aligned[name]]}', 'expression': expression}
            for name, expression in listed.items()
            if aligned[name] in found
        ]
        return f'list {os.path.basename(list_file)}, {describe(container)}', items

    def _listed(self, list_file: str) -> tuple[dict[str, str], list[Item]]:
        """Expressions by the names of the split's images, and the items of lines that say nothing."""
        prefix = 'train_' if self.split == 'train' else 'test_'
        listed: dict[str, str] = {}
        problems: list[Item] = []
        for number, line in enumerate(read_lines(list_file), 1):
            name, _, label = line.strip().partition(' ')
            if not name:
                continue
            if label.strip() not in list('1234567') or not name.startswith(('train_', 'test_')):
                expected = 'expected "train_00001.jpg 5": an image and a label from 1 to 7'
                problems.append({'problem': ValueError(f'{list_file}, line {number}: {line.strip()!r}, {expected}')})
            elif name in listed and listed[name] != RAFDB_CODES[int(label) - 1]:
                problem = ValueError(
                    f'{list_file}, line {number}: {name} has the label {label}, and another one above. Keep the right one.'
                )
                problems.append({'problem': problem})
            elif name.startswith(prefix):
                listed[name] = RAFDB_CODES[int(label) - 1]
        return listed, problems

    def _read_folders(self) -> tuple[str, list[Item]]:
        container = find_split(self.data_root, ('train', 'training') if self.split == 'train' else TEST_NAMES)
        if container is None:
            raise FileNotFoundError(
                f'{self.data_root}: neither {LIST_NAMES[0]} nor a folder {"train" if self.split == "train" else "test or valid"} with one '
                'folder a class. Set data_root to the folder in which either lies.'
            )
        meanings = folder_codes({class_folder(name) for name in list_images(container)})
        expected = f'1 to 7, 0 to 6, or names ({", ".join(RAFDB_CODES)}), and all folders in the same way'
        return describe(container), items_by_folder(container, meanings.get, expected)
