"""FED-RO (Li et al. 2019): 400 faces from the web with real occlusions, seven expressions, only for testing.

The published protocol trains on RAF-DB and AffectNet.
"""

import os
from typing import Any

from ofer.categories import EXPRESSIONS_7, canonical_expression
from ofer.datasets.base import FERDataset
from ofer.datasets.image_names import ImageNames, unlisted_items
from ofer.datasets.layouts import MissingImagesError, class_folder, find_file, items_by_folder, scan_copy
from ofer.datasets.text_lines import read_lines, shortened, unquoted
from ofer.registry import DATASETS

EXPECTED = 'one of: neural, disgust, fear, anger, happy, surprise, sad'
LIST_NAMES = ('occlusion_emotion_dataset.txt',)

Item = dict[str, Any]


@DATASETS.register_module()
class FEDRO(FERDataset):
    """FED-RO: images in one folder for each expression (``neural``, ``happy``, ``sad`` ...), anywhere in ``data_root``.

    If ``occlusion_emotion_dataset.txt`` with lines ``happy/name.jpg`` exists there, exactly the listed images are used.
    ``split`` is ``test``; the other arguments are as in :class:`ofer.datasets.base.FERDataset`.
    """

    SPLITS = ('test',)

    def read_annotation(self) -> tuple[str, list[Item]]:
        """Items of the split; see the base class."""
        tree = scan_copy(self.data_root)
        known = ImageNames(tree.images, folders=1)
        list_file = find_file(self.data_root, LIST_NAMES)
        if list_file is None:
            items = items_by_folder(tree, canonical_expression, EXPECTED, f'put {LIST_NAMES[0]} beside them')
            for one, other, *_ in known.repeated():
                twice = f'{tree.path}: {"/".join(one.split("/")[-2:])} is there twice, {one} and {other}. Set data_root to one copy.'
                items.append({'problem': ValueError(twice)})
            return tree.describe(), items
        names, items = self._listed(list_file)
        matches = known.match(names)
        problems: list[Exception] = [*matches.problems]
        if matches.missing:
            remedy = 'Copy them again, or take their lines out of the list.'
            problems.append(MissingImagesError(matches.missing, len(names), tree, remedy))
        items += [{'problem': problem} for problem in problems]
        for name, image in matches.found.items():
            items.append({'img_path': f'{tree.path}/{image}', 'expression': canonical_expression(class_folder(name))})
        items += unlisted_items(tree.path, known.unlisted(names))
        return f'list {os.path.basename(list_file)}, {tree.describe()}', items

    def _listed(self, list_file: str) -> tuple[list[str], list[Item]]:
        """Names of images, and items for lines without a name or with a repeated name."""
        lines: dict[str, int] = {}
        problems: list[Item] = []
        for number, line in enumerate(read_lines(list_file), 1):
            name = unquoted(line).replace('\\', '/').removeprefix('./')
            if not name:
                continue
            if canonical_expression(class_folder(name)) not in EXPRESSIONS_7 or name.count('/') != 1:
                expected = 'expected "happy/name.jpg": an expression and an image'
                problems.append({'problem': ValueError(f'{list_file}, line {number}: {shortened(name)!r}, {expected}')})
            elif lines.setdefault(name, number) != number:
                repeated = f'{shortened(name)!r} is in line {lines[name]} already, and would count twice. Keep one of them.'
                problems.append({'problem': ValueError(f'{list_file}, line {number}: {repeated}')})
        return list(lines), problems
