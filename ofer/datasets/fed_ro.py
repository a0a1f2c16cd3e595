"""FED-RO (Li et al. 2019): 400 faces from the web that something really occludes, seven expressions, to test on only.

The published protocol trains on RAF-DB and AffectNet.
"""

import os
from typing import Any

from ofer.datasets.archive import list_images
from ofer.datasets.base import FERDataset
from ofer.datasets.categories import EXPRESSIONS_7, canonical_expression
from ofer.datasets.layouts import class_folder, find_file, missing_images
from ofer.registry import DATASETS

LIST_NAMES = ('occlusion_emotion_dataset.txt',)


@DATASETS.register_module()
class FEDRO(FERDataset):
    """FED-RO: images in one folder an expression (``neural``, ``happy``, ``sad`` ...), anywhere in ``data_root``.

    Where ``occlusion_emotion_dataset.txt`` with its lines ``happy/name.jpg`` lies there, exactly the images that it names are taken.
    ``split`` is ``test``; the other arguments are as in :class:`ofer.datasets.base.FERDataset`.
    """

    SPLITS = ('test',)

    def read_annotation(self) -> tuple[str, list[dict[str, Any]]]:
        """Items of the split; see the base class."""
        found: dict[str, str] = {}
        for path in list_images(self.data_root):
            name = '/'.join(path.split('/')[-2:])
            if name in found:
                raise ValueError(f'{self.data_root}: {name} lies there twice, {found[name]} and {path}. Set data_root to one copy.')
            found[name] = path
        list_file = find_file(self.data_root, LIST_NAMES)
        names = sorted(found) if list_file is None else self._listed(list_file)
        missing = [name for name in names if name not in found]
        if missing:
            raise missing_images(missing, len(names), self.data_root, 'Copy them again, or take their lines out of the list.')
        items = []
        for name in names:
            expression = canonical_expression(class_folder(name))
            if expression is None:
                raise ValueError(
                    f'{self.data_root}/{found[name]}: the folder {class_folder(name)!r} is no class, expected one of: neural, disgust, '
                    'fear, anger, happy, surprise, sad'
                )
            items.append({'img_path': f'{self.data_root}/{found[name]}', 'expression': expression})
        return 'folders' if list_file is None else f'list {os.path.basename(list_file)}', items

    def _listed(self, list_file: str) -> list[str]:
        names = []
        with open(list_file, encoding='utf-8-sig') as file:
            for number, line in enumerate(file, 1):
                name = line.strip()
                if not name:
                    continue
                if canonical_expression(class_folder(name)) not in EXPRESSIONS_7 or name.count('/') != 1:
                    raise ValueError(f'{list_file}, line {number}: {name!r}, expected "happy/name.jpg": an expression and an image')
                names.append(name)
        return names
