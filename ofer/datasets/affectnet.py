"""AffectNet (Mollahosseini et al. 2019): faces from the web, labelled by hand with eight expressions.

The first release has 287,651 faces to train (283,901 without contempt) and 500 for each class to validate. Later releases are smaller, so
results need the numbers from the log. Faces marked ``none``, ``uncertain`` or ``no face`` are excluded.
"""

import os
from typing import Any

import numpy as np

from ofer.categories import AFFECTNET_CODES, canonical_expression
from ofer.datasets.base import FERDataset
from ofer.datasets.csv_rows import read_rows
from ofer.datasets.face_boxes import FaceBox, five_of_68
from ofer.datasets.image_names import ImageNames
from ofer.datasets.layouts import (
    TRAINING_NAMES,
    VALIDATION_NAMES,
    MissingImagesError,
    find_file,
    find_path,
    find_split,
    folder_code,
    items_by_folder,
    scan_copy,
    what_lies,
)
from ofer.datasets.text_lines import shortened, whole_number
from ofer.files.archive import exists, is_folder, read_bytes, scan
from ofer.registry import DATASETS
from ofer.stored import parse_array

ANSWERS = (*AFFECTNET_CODES, 'none', 'uncertain', 'no face')
LIST_FOLDERS = ('Manually_Annotated_file_lists/', '')
SUFFIX = '_exp.npy'
IMAGE_FOLDERS = ('manually_annotated_images', 'manually_annotated', 'images')

Item = dict[str, Any]


def answer(code: str) -> Item | None:
    """Entries of an item for a code ``0`` to ``10`` as text; None for any other code."""
    number = whole_number(code)
    return meaning(number) if number is not None and 0 <= number < len(ANSWERS) else None


def meaning(code: int) -> Item:
    """Entries of an item for a code from 0 to 10: its expression, or the reason why it has none."""
    name = ANSWERS[code]
    return {'expression': name} if name in AFFECTNET_CODES else {'expression': None, 'unlabelled': name}


def folder_meaning(folder: str) -> str | None:
    """Expression of a class folder ``0`` to ``7`` or with a name; None for other folders."""
    return folder_code(folder, AFFECTNET_CODES) or canonical_expression(folder)


@DATASETS.register_module()
class AffectNet(FERDataset):
    """AffectNet in one of three layouts; the first existing one is read.

    - lists: ``Manually_Annotated_file_lists/training.csv`` and ``validation.csv``, images in ``Manually_Annotated_Images/``;
    - arrays: ``train_set/`` and ``val_set/``, each with ``images/N.jpg`` and ``annotations/N_exp.npy``;
    - folders: ``train/`` and ``val/`` (or zip archives) with one folder for each class, ``0`` to ``7`` or names.

    The labels of the test split are not public: ``test`` is ``val``, as in the published work. The lists of occluded and turned faces
    match only copies with the original image names, not the numbered ones. Arguments as in :class:`ofer.datasets.base.FERDataset`.
    """

    SUBSET_CODES = AFFECTNET_CODES

    def read_annotation(self) -> tuple[str, list[Item]]:
        """Items of the split; see the base class."""
        list_name = 'training.csv' if self.split == 'train' else 'validation.csv'
        list_file = find_file(self.data_root, [f'{folder}{list_name}' for folder in LIST_FOLDERS])
        if list_file is not None:
            return self._read_list(list_file)
        arrays = find_split(self.data_root, ('train_set' if self.split == 'train' else 'val_set',))
        if arrays is not None:
            return f'arrays {os.path.basename(arrays)}', self._read_arrays(arrays)
        part = 'train' if self.split == 'train' else 'val'
        container = find_split(self.data_root, TRAINING_NAMES if self.split == 'train' else (*VALIDATION_NAMES, 'test'))
        if container is None:
            raise FileNotFoundError(
                f'{self.data_root}: neither {LIST_FOLDERS[0]}{list_name} nor {part}_set/ nor a folder {part} with one folder a class. Set '
                f'data_root to the folder that contains one of them. {what_lies(self.data_root)}'
            )
        tree = scan(container)
        lists = f'put {LIST_FOLDERS[0]}{list_name} beside them'
        return tree.describe(), items_by_folder(tree, folder_meaning, '0 to 7, or names: neutral, happy ...', lists)

    def _read_list(self, list_file: str) -> tuple[str, list[Item]]:
        images = find_split(self.data_root, IMAGE_FOLDERS)
        tree = scan(images) if images else scan_copy(self.data_root)
        rows = read_rows(list_file, ('subDirectory_filePath', 'expression'))
        matches = ImageNames(tree.images, folders=1).match(row.cells['subDirectory_filePath'] for row in rows)
        items: list[Item] = []
        missing, wanted, repeated = [], 0, 0
        labels: dict[str, tuple[int, Item]] = {}  # of an image: number and content of the line
        for row in rows:
            name = row.cells['subDirectory_filePath']
            image = {'img_path': f'{tree.path}/{matches.found[name]}'} if name in matches.found else {}
            try:
                label = meaning(row.number('expression', len(ANSWERS) - 1))
            except ValueError as error:
                items.append(image | {'problem': error})
                continue
            first, before = labels.setdefault(name, (row.line, label))
            if first != row.line:
                repeated += 1
                if before != label:
                    items.append({'problem': row.error(f'{name} has another expression in line {first}. Keep one of them.')})
                continue
            wanted += label['expression'] is not None
            if image:
                items.append(image | label)
            elif label['expression'] is not None:  # copies often lack the other images, which are not used
                missing.append(name)
        items += [{'problem': problem} for problem in matches.problems]
        if missing:
            remedy = 'Unpack the images there again, or use the lists that belong to this copy.'
            items.append({'problem': MissingImagesError(missing, wanted, tree, remedy)})
        again = f' ({repeated} rows repeated)' if repeated else ''
        return f'list {os.path.basename(list_file)}{again}, {tree.describe()}', items

    def _read_arrays(self, folder: str) -> list[Item]:
        images, annotations = (find_path(folder, name) or f'{folder}/{name}' for name in ('images', 'annotations'))
        if not is_folder(images):
            raise FileNotFoundError(f'{images}: no such folder. Unpack the images of AffectNet there.')
        tree = scan(images)
        labels = scan(annotations).others if is_folder(annotations) else ()
        files = {name.removesuffix(SUFFIX).lower(): name for name in labels if name.endswith(SUFFIX)}
        items: list[Item] = []
        for name in tree.images:
            stem = os.path.splitext(name)[0]
            file = files.pop(stem.lower(), f'{stem}{SUFFIX}')
            items.append({'img_path': f'{images}/{name}'} | _array_item(f'{annotations}/{file}'))
        missing = []
        for stem, file in sorted(files.items()):
            label = _array_item(f'{annotations}/{file}')
            if 'problem' in label:
                items.append(label)
            elif label['expression'] is not None:  # as in the lists: the others are not used
                missing.append(f'{stem}.jpg')
        if missing:
            wanted = sum(item.get('expression') is not None for item in items) + len(missing)
            remedy = f'{annotations} labels it. Unpack the images again, or remove the annotation.'
            items.append({'problem': MissingImagesError(missing, wanted, tree, remedy)})
        return items


def _array_item(path: str) -> Item:
    """The result of :func:`read_array` for an image, or the problem of its annotation."""
    try:
        return read_array(path)
    except (FileNotFoundError, ValueError) as error:
        return {'problem': error}


def read_array(path: str) -> Item:
    """Entries of an item from ``N_exp.npy``: one number, stored as a number or as text.

    Raises:
        FileNotFoundError: the file does not exist.
        ValueError: it is no array, or contains no code of AffectNet.
    """
    if not exists(path):
        raise FileNotFoundError(f'{path}: no such file. Every image needs its own; unpack the annotations again, or remove the image.')
    array = parse_array(read_bytes(path), path, 'Copy it again.')
    if array.size != 1:
        raise ValueError(f'{path}: {array.size} entries, expected one number. Copy it again.')
    code = str(array.item())
    label = answer(code)
    if label is None:
        raise ValueError(f'{path}: the expression is {shortened(code)!r}, expected 0 to 10')
    return label


FACE_COLUMNS = ('face_x', 'face_y', 'face_width', 'face_height', 'facial_landmarks')


def read_list_boxes(list_file: str) -> list[FaceBox]:
    """Boxes and points of the faces of ``training.csv`` or ``validation.csv``; rows without a box are skipped.

    Raises:
        ValueError: a column is missing, or a box or the landmarks are not numeric; the message names file and line.
    """
    faces = []
    for row in read_rows(list_file, ('subDirectory_filePath', *FACE_COLUMNS)):
        if 'NULL' in row.cells.values():  # no face was found
            continue
        left, top, width, height = (row.decimal(name) for name in FACE_COLUMNS[:4])
        try:
            marks = np.array([float(v) for v in row.text('facial_landmarks').split(';')], np.float32).reshape(68, 2)
        except ValueError as error:
            raise row.error(f'expected 136 numbers with ";" between them in facial_landmarks ({error})') from error
        box = np.array([left, top, left + width, top + height], np.float32)
        faces.append(FaceBox(row.text('subDirectory_filePath'), box, 1.0, five_of_68(marks)))
    return faces
