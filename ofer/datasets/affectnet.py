"""AffectNet (Mollahosseini et al. 2019): faces from the web, labelled by hand with eight expressions.

The first release has 287,651 faces to train (283,901 without contempt) and 500 a class to validate; the smaller ones that are given out
today have fewer, so results on it need the numbers that the log states. Faces marked ``none``, ``uncertain`` or ``no face`` are left out.
"""

import glob
import os
from typing import Any

import numpy as np

from ofer.categories import AFFECTNET_CODES, canonical_expression
from ofer.datasets.archive import list_images
from ofer.datasets.base import FERDataset
from ofer.datasets.face_boxes import FaceBox, five_of_68
from ofer.datasets.fer2013 import read_rows
from ofer.datasets.layouts import VALIDATION_NAMES, MissingImagesError, describe, find_file, find_split, items_by_folder
from ofer.registry import DATASETS

ANSWERS = (*AFFECTNET_CODES, 'none', 'uncertain', 'no face')
LIST_FOLDERS = ('Manually_Annotated_file_lists', '')
IMAGE_FOLDERS = ('manually_annotated_images', 'manually_annotated', 'images')

Item = dict[str, Any]


def answer(code: str) -> Item | None:
    """What an item says of its expression for a code ``0`` to ``10``; None for any other code."""
    if code not in map(str, range(len(ANSWERS))):
        return None
    name = ANSWERS[int(code)]
    return {'expression': name} if name in AFFECTNET_CODES else {'expression': None, 'unlabelled': name}


def folder_meaning(folder: str) -> str | None:
    """Expression of a class folder ``0`` to ``7`` or with a name; None where it is neither."""
    return AFFECTNET_CODES[int(folder)] if folder in list('01234567') else canonical_expression(folder)


@DATASETS.register_module()
class AffectNet(FERDataset):
    """AffectNet in any of three layouts, of which the first that is there is read.

    - lists: ``Manually_Annotated_file_lists/training.csv`` and ``validation.csv``, images in ``Manually_Annotated_Images/``;
    - arrays: ``train_set/`` and ``val_set/``, each with ``images/N.jpg`` and ``annotations/N_exp.npy``;
    - folders: ``train/`` and ``val/`` (or zip archives) with one folder a class, ``0`` to ``7`` or names.

    The labels of the test split are not given out: ``test`` is ``val``, as in the published work. The lists of occluded and turned faces
    match copies with the images' first names only, not the numbered ones. Arguments as in :class:`ofer.datasets.base.FERDataset`.
    """

    SUBSET_CODES = AFFECTNET_CODES

    def read_annotation(self) -> tuple[str, list[Item]]:
        """Items of the split; see the base class."""
        list_name = 'training.csv' if self.split == 'train' else 'validation.csv'
        list_file = find_file(self.data_root, [os.path.join(folder, list_name) for folder in LIST_FOLDERS])
        if list_file is not None:
            return self._read_list(list_file)
        arrays = os.path.join(self.data_root, 'train_set' if self.split == 'train' else 'val_set')
        if os.path.isdir(arrays):
            return f'arrays {os.path.basename(arrays)}', self._read_arrays(arrays)
        container = find_split(self.data_root, ('train', 'training') if self.split == 'train' else (*VALIDATION_NAMES, 'test'))
        if container is None:
            raise FileNotFoundError(
                f'{self.data_root}: neither {LIST_FOLDERS[0]}/{list_name} nor {os.path.basename(arrays)}/ nor a folder '
                f'{"train" if self.split == "train" else "val"} with one folder a class. Set data_root to the folder in which one lies.'
            )
        return describe(container), items_by_folder(container, folder_meaning, '0 to 7, or names: neutral, happy ...')

    def _read_list(self, list_file: str) -> tuple[str, list[Item]]:
        container = find_split(self.data_root, IMAGE_FOLDERS) or self.data_root
        found = {'/'.join(name.split('/')[-2:]): name for name in list_images(container)}
        items: list[Item] = []
        missing, wanted = [], 0
        for line, row in read_rows(list_file, ('subDirectory_filePath', 'expression')):
            label = answer(row.get('expression', '').strip())
            name = row['subDirectory_filePath'].strip()
            image = {'img_path': f'{container}/{found[name]}'} if name in found else {}
            if label is None:
                expected = f'expression is {row.get("expression")!r}, expected 0 to 10'
                items.append(image | {'problem': ValueError(f'{list_file}, line {line}: {expected}')})
                continue
            wanted += label['expression'] is not None
            if image:
                items.append(image | label)
            elif label['expression'] is not None:  # copies often lack the others, which nobody uses
                missing.append(name)
        if missing:
            remedy = 'Unpack the images there again, or use the lists that belong to this copy.'
            items.append({'problem': MissingImagesError(missing, wanted, container, remedy)})
        return f'list {os.path.basename(list_file)}, {describe(container)}', items

    def _read_arrays(self, folder: str) -> list[Item]:
        images, annotations = os.path.join(folder, 'images'), os.path.join(folder, 'annotations')
        if not os.path.isdir(images):
            raise FileNotFoundError(f'{images}: no such folder. Unpack the images of AffectNet there.')
        names = list_images(images)
        items: list[Item] = [{'img_path': f'{images}/{name}'} | _array_item(annotations, os.path.splitext(name)[0]) for name in names]
        annotated = {path.removesuffix('_exp.npy') for path in glob.glob('**/*_exp.npy', root_dir=annotations, recursive=True)}
        missing = []
        for stem in sorted(annotated - {os.path.splitext(name)[0] for name in names}):
            label = _array_item(annotations, stem)
            if 'problem' in label:
                items.append(label)
            elif label['expression'] is not None:  # as in the lists: nobody uses the others
                missing.append(f'{stem}.jpg')
        if missing:
            wanted = sum(item.get('expression') is not None for item in items) + len(missing)
            remedy = f'{annotations} labels it. Unpack the images again, or remove the annotation.'
            items.append({'problem': MissingImagesError(missing, wanted, images, remedy)})
        return items


def _array_item(folder: str, stem: str) -> Item:
    """What :func:`read_array` says of an image, or what is wrong with its annotation."""
    try:
        return read_array(os.path.join(folder, f'{stem}_exp.npy'))
    except (FileNotFoundError, ValueError) as error:
        return {'problem': error}


def read_array(path: str) -> Item:
    """What an item says of its expression, from ``N_exp.npy``: one number, stored as a number or as text.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no array, or holds no code of AffectNet.
    """
    if not os.path.isfile(path):
        raise FileNotFoundError(f'{path}: no such file. Every image needs its own; unpack the annotations again, or remove the image.')
    try:
        code = str(np.load(path, allow_pickle=False).item())
    except (ValueError, EOFError, OSError) as error:
        raise ValueError(f'{path}: damaged, or not one number ({error}). Copy it again.') from error
    label = answer(code.removesuffix('.0'))
    if label is None:
        raise ValueError(f'{path}: the expression is {code!r}, expected 0 to 10')
    return label


FACE_COLUMNS = ('face_x', 'face_y', 'face_width', 'face_height', 'facial_landmarks')


def read_list_boxes(list_file: str) -> list[FaceBox]:
    """Boxes and points of the faces of ``training.csv`` or ``validation.csv``; rows without a box are left out.

    Raises:
        ValueError: a column is missing, or a box or the landmarks are no numbers; the message names file and line.
    """
    faces = []
    for line, row in read_rows(list_file, ('subDirectory_filePath', *FACE_COLUMNS)):
        try:
            left, top, width, height = (float(row[name]) for name in FACE_COLUMNS[:4])
            marks = np.array([float(v) for v in row['facial_landmarks'].split(';')], np.float32).reshape(68, 2)
        except (KeyError, ValueError) as error:
            if 'NULL' in row.values():  # where no face was found
                continue
            raise ValueError(f'{list_file}, line {line}: expected numbers in {", ".join(FACE_COLUMNS)} ({error})') from error
        box = np.array([left, top, left + width, top + height], np.float32)
        faces.append(FaceBox(row['subDirectory_filePath'].strip(), box, 1.0, five_of_68(marks)))
    return faces
