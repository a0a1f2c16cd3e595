"""FER2013 (Goodfellow et al. 2013): 48x48 grey faces; 28,709 to train, 3,589 to validate (PublicTest), 3,589 to test (PrivateTest)."""

import os
from dataclasses import replace
from typing import Any

import numpy as np

from ofer.categories import FER2013_CODES, canonical_expression
from ofer.datasets.base import FERDataset
from ofer.datasets.csv_rows import Row, read_rows
from ofer.datasets.layouts import TRAINING_NAMES, VALIDATION_NAMES, find_file, find_split, folder_code, items_by_folder, what_lies
from ofer.files.archive import Tree, scan
from ofer.registry import DATASETS

FER2013_ALIGNER = {'type': 'FER2013Aligner', 'size': 48}

USAGE = {'Training': 'train', 'PublicTest': 'val', 'PrivateTest': 'test'}
SPLIT_NAMES = {
    'train': (*TRAINING_NAMES, 'fer2013train'),
    'val': (*VALIDATION_NAMES, 'publictest', 'fer2013valid'),
    'test': ('test', 'privatetest', 'fer2013test'),
}
CSV_NAMES = ('fer2013.csv', 'icml_face_data.csv', 'fer2013/fer2013.csv')

Item = dict[str, Any]


def parse_pixels(row: Row) -> np.ndarray:
    """The 2,304 numbers in the column ``pixels`` of a row, as ``(48, 48)`` uint8.

    Raises:
        ValueError: there are more or fewer numbers, or other text.
    """
    numbers = row.text('pixels').split()
    try:
        return np.array(list(map(int, numbers)), dtype=np.uint8).reshape(48, 48)
    except (ValueError, OverflowError) as error:
        raise row.error(
            f'expected 2304 numbers from 0 to 255 in the column pixels, found {len(numbers)} entries ({error}). Copy the file again.'
        ) from error


def usage_split(row: Row) -> str:
    """The split in the column ``Usage`` of a row.

    Raises:
        ValueError: an unknown usage.
    """
    usage = row.text('Usage').replace(' ', '').lower()
    known = {name.lower(): split for name, split in USAGE.items()}
    if usage not in known:
        raise row.error(f'Usage is {row.text("Usage")!r}, expected one of {", ".join(USAGE)}')
    return known[usage]


def split_images(data_root: str, split: str) -> Tree:
    """The images of a split, in its folder or archive.

    A common copy has only ``train`` and ``test``, and distinguishes PublicTest and PrivateTest by file names
    (``PublicTest_1234.jpg``); they are read as val and test.

    Raises:
        FileNotFoundError: the split does not exist.
    """
    container = find_split(data_root, SPLIT_NAMES[split])
    merged = container is None and split == 'val'
    if merged:
        container = find_split(data_root, SPLIT_NAMES['test'])
    if container is not None:
        tree = scan(container)
        prefix = {'train': 'Training_', 'val': 'PublicTest_', 'test': 'PrivateTest_'}[split].lower()
        named = tuple(name for name in tree.images if os.path.basename(name).lower().startswith(prefix))
        if named or not merged:
            return replace(tree, images=named or tree.images)
    raise FileNotFoundError(
        f'{data_root}: no split {split!r} of FER2013 there. Expected {CSV_NAMES[0]}, or a folder or zip archive called '
        f'{SPLIT_NAMES[split][0]} with one folder a class. {what_lies(data_root)}'
    )


def folder_meaning(folder: str) -> str | None:
    """Expression of a class folder ``0`` to ``6`` or with a name; None for other folders."""
    expression = folder_code(folder, FER2013_CODES) or canonical_expression(folder)
    return expression if expression in FER2013_CODES else None


@DATASETS.register_module()
class FER2013(FERDataset):
    """FER2013 from ``fer2013.csv``, or from folders or zip archives ``train``, ``val``, ``test`` with one folder for each class.

    Arguments as in :class:`ofer.datasets.base.FERDataset`.
    """

    ALIGNER = FER2013_ALIGNER
    NATIVE_SIZE = 48

    def read_annotation(self) -> tuple[str, list[Item]]:
        """Items of the split; see the base class."""
        csv_file = find_file(self.data_root, CSV_NAMES)
        if csv_file is not None:
            return f'csv {os.path.basename(csv_file)}', self._read_csv(csv_file)
        tree = split_images(self.data_root, str(self.split))
        return tree.describe(), items_by_folder(tree, folder_meaning, '0 to 6, or names: angry, happy ...', f'use {CSV_NAMES[0]}')

    def _read_csv(self, csv_file: str) -> list[Item]:
        items: list[Item] = []
        for index, row in enumerate(read_rows(csv_file, ('emotion', 'pixels', 'Usage'))):
            try:
                if usage_split(row) == self.split:
                    expression = FER2013_CODES[row.number('emotion', 6)]
                    items.append({'img_path': f'{csv_file}/row{index:05d}', 'expression': expression, 'img': parse_pixels(row)})
            except ValueError as error:
                items.append({'problem': error})
        return items
