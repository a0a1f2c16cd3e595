"""FER2013 (Goodfellow et al. 2013): 48x48 grey faces; 28,709 to train, 3,589 to validate (PublicTest), 3,589 to test (PrivateTest)."""

import csv
import os
from typing import Any

import numpy as np

from ofer.categories import FER2013_CODES, canonical_expression
from ofer.datasets.archive import list_images
from ofer.datasets.base import FERDataset
from ofer.datasets.layouts import VALIDATION_NAMES, class_folder, describe, find_file, find_split
from ofer.registry import DATASETS

FER2013_ALIGNER = {'type': 'FER2013Aligner', 'size': 48}

USAGE = {'Training': 'train', 'PublicTest': 'val', 'PrivateTest': 'test'}
SPLIT_NAMES = {
    'train': ('train', 'training', 'fer2013train'),
    'val': (*VALIDATION_NAMES, 'publictest', 'fer2013valid'),
    'test': ('test', 'privatetest', 'fer2013test'),
}
CSV_NAMES = ('fer2013.csv', 'icml_face_data.csv', 'fer2013/fer2013.csv')

Item = dict[str, Any]


def parse_pixels(text: str, csv_file: str, line: int) -> np.ndarray:
    """The 2,304 numbers of a row, as ``(48, 48)`` uint8.

    Raises:
        ValueError: there are more or fewer of them, or something else stands there.
    """
    numbers = text.split()
    try:
        return np.array(list(map(int, numbers)), dtype=np.uint8).reshape(48, 48)
    except (ValueError, OverflowError) as error:
        raise ValueError(
            f'{csv_file}, line {line}: expected 2304 numbers from 0 to 255 in the column pixels, found {len(numbers)} entries ({error}). '
            'Copy the file again.'
        ) from error


def read_rows(csv_file: str, columns: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """Rows of a csv file, each with the number of its line in the file; column names may have spaces around them, empty lines are passed.

    Raises:
        ValueError: a column is missing, or the file is no text.
    """
    with open(csv_file, newline='', encoding='utf-8-sig') as file:
        reader = csv.reader(file)
        try:
            (first, header), *rows = [(reader.line_num, row) for row in reader if row] or [(1, [])]
        except (csv.Error, UnicodeDecodeError) as error:
            raise ValueError(f'{csv_file}, after line {reader.line_num}: damaged, or no text ({error}). Copy it again.') from error
    header = [name.strip() for name in header]
    missing = [name for name in columns if name not in header]
    if missing:
        raise ValueError(f'{csv_file}, line {first}: no column {missing[0]!r}; expected {", ".join(columns)}, found {", ".join(header)}')
    return [(line, dict(zip(header, row, strict=False))) for line, row in rows]


def usage_split(row: dict[str, str], csv_file: str, line: int) -> str:
    """The split that a row's column ``Usage`` names.

    Raises:
        ValueError: an unknown usage.
    """
    usage = row.get('Usage')
    if usage not in USAGE:
        raise ValueError(f'{csv_file}, line {line}: Usage is {usage!r}, expected one of {", ".join(USAGE)}')
    return USAGE[usage]


def split_images(data_root: str, split: str) -> tuple[str, list[str]]:
    """Folder or archive of a split, and the names of its images in it.

    The copy that circulates with ``train`` and ``test`` only keeps PublicTest and PrivateTest apart by the files' names
    (``PublicTest_1234.jpg``); it is read as val and test.

    Raises:
        FileNotFoundError: the split is not there.
    """
    container = find_split(data_root, SPLIT_NAMES[split])
    merged = container is None and split == 'val'
    if merged:
        container = find_split(data_root, SPLIT_NAMES['test'])
    if container is not None:
        names = list_images(container)
        prefix = {'train': 'Training_', 'val': 'PublicTest_', 'test': 'PrivateTest_'}[split]
        named = [name for name in names if os.path.basename(name).startswith(prefix)]
        if named or not merged:
            return container, named or names
    raise FileNotFoundError(
        f'{data_root}: no split {split!r} of FER2013 there. Expected {CSV_NAMES[0]}, or a folder or zip archive called '
        f'{SPLIT_NAMES[split][0]} with one folder a class.'
    )


@DATASETS.register_module()
class FER2013(FERDataset):
    """FER2013 from ``fer2013.csv``, or from folders or zip archives ``train``, ``val``, ``test`` with one folder a class.

    Arguments as in :class:`ofer.datasets.base.FERDataset`.
    """

    ALIGNER = FER2013_ALIGNER

    def read_annotation(self) -> tuple[str, list[Item]]:
        """Items of the split; see the base class."""
        csv_file = find_file(self.data_root, CSV_NAMES)
        if csv_file is not None:
            return f'csv {os.path.basename(csv_file)}', self._read_csv(csv_file)
        container, names = split_images(self.data_root, str(self.split))
        items = []
        for name in names:
            folder = class_folder(name)
            expression = FER2013_CODES[int(folder)] if folder in list('0123456') else canonical_expression(folder)
            item: Item = {'img_path': f'{container}/{name}', 'expression': expression}
            if expression not in FER2013_CODES:
                expected = 'expected 0 to 6, or names: angry, happy ...'
                item['problem'] = ValueError(f'{container}/{name}: folder {folder!r} is no class of FER2013, {expected}')
            items.append(item)
        return describe(container), items

    def _read_csv(self, csv_file: str) -> list[Item]:
        items: list[Item] = []
        for index, (line, row) in enumerate(read_rows(csv_file, ('emotion', 'pixels', 'Usage'))):
            try:
                if usage_split(row, csv_file, line) == self.split:
                    items.append({'img_path': f'{csv_file}/row{index:05d}'} | self._item(row, csv_file, line))
            except ValueError as error:
                items.append({'problem': error})
        return items

    def _item(self, row: dict[str, str], csv_file: str, line: int) -> Item:
        code = row.get('emotion')
        if code is None or code not in list('0123456'):
            raise ValueError(f'{csv_file}, line {line}: emotion is {code!r}, expected 0 to 6')
        return {'expression': FER2013_CODES[int(code)], 'img': parse_pixels(row.get('pixels', ''), csv_file, line)}
