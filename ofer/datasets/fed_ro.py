"""FED-RO (Li et al. 2019): 400 faces from the web that something really occludes, seven expressions, to test on only.

The published protocol trains on RAF-DB and AffectNet.
"""

import os
from typing import Any

from ofer.categories import EXPRESSIONS_7, canonical_expression
from ofer.datasets.archive import list_images
from ofer.datasets.base import FERDataset
from ofer.datasets.layouts import MissingImagesError, class_folder, find_file
from ofer.datasets.text_lines import read_lines
from ofer.registry import DATASETS

LIST_NAMES = ('occlusion_emotion_dataset.txt',)

Item = dict[str, Any]


@DATASETS.register_module()
class FEDRO(FERDataset):
    """FED-RO: images in one folder an expression (``neural``, ``happy``, ``sad`` ...), anywhere in ``data_root``.

    Where ``occlusion_emotion_dataset.txt`` with its lines ``happy/name.jpg`` lies there, exactly the images that it names are taken.
    ``split`` is ``test``; the other arguments are as in :class:`ofer.datasets.base.FERDataset`.
    """

    SPLITS = ('test',)

    def read_annotation(self) -> tuple[str, list[Item]]:
        """Items of the split; see the base class."""
        items: list[Item] = []
        found: dict[str, str] = {}
        for path in list_images(self.data_root):
            name = '/'.join(path.split('/')[-2:])
            if name in found:
                twice = f'{self.data_root}: {name} lies there twice, {found[name]} and {path}. Set data_root to one copy.'
                items.append({'problem': ValueError(twice)})
                continue
            found[name] = path
        list_file = find_file(self.data_root, LIST_NAMES)
        if list_file is None:
            names = sorted(found)
        else:
            names, wrong = self._listed(list_file)
            items += wrong
        missing = [name for name in names if name not in found]
        if missing:
            remedy = 'Copy them again, or take their lines out of the list.'
            items.append({'problem': MissingImagesError(missing, len(names), self.data_root, remedy)})
        for name in (name for name in names if name in found):
            path, expression = f'{self.data_root}/{found[name]}', canonical_expression(class_folder(name))
            item: Item = {'img_path': path, 'expression': expression}
            if expression is None:
                item['problem'] = ValueError(
                    f'{path}: the folder {class_folder(name)!r} is no class, expected one of: neural, disgust, fear, anger, happy, '
                    'surprise, sad'
                )
            items.append(item)
        return 'folders' if list_file is None else f'list {os.path.basename(list_file)}', items

    def _listed(self, list_file: str) -> tuple[list[str], list[Item]]:
        """Names of images, and the items of lines that name none, or one that an earlier line names."""
        lines: dict[str, int] = {}
        problems: list[Item] = []
        for number, line in enumerate(read_lines(list_file), 1):
            name = line.strip()
            if not name:
                continue
            if canonical_expression(class_folder(name)) not in EXPRESSIONS_7 or name.count('/') != 1:
                expected = 'expected "happy/name.jpg": an expression and an image'
                problems.append({'problem': ValueError(f'{list_file}, line {number}: {name!r}, {expected}')})
            elif lines.setdefault(name, number) != number:
                repeated = f'{name!r} stands in line {lines[name]} already, and would count twice. Keep one of them.'
                problems.append({'problem': ValueError(f'{list_file}, line {number}: {repeated}')})
        return list(lines), problems
