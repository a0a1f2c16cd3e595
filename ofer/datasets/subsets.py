"""Published lists of occluded and turned faces, as subsets of a test set.

The lists of Region Attention Networks and their followers have one line for each face, in one of these forms::

    test_0003_aligned 4 2          image, label, occlusion type          (RAF-DB, occlusion)
    4/test_0003_aligned.jpg        label, image                          (RAF-DB, pose)
    1_fer0034656.png 8 0           label, image, -, occlusion type       (FERPlus, occlusion)
    0/fer0032226.jpg               label, image                          (FERPlus, pose)
    val/0/bc9ad400db82eca1/        label, image                          (AffectNet, occlusion)
    0/83dac9d7eec7fb0b.jpg         label, image                          (AffectNet, pose of 30 degrees)
    0/83dac9d7eec7fb0b/8.jpg       label, image                          (AffectNet, pose of 45 degrees)

Images of AffectNet have the names of its first release (56 hexadecimal digits, shortened above); copies with numbered images do not match.
Labels count from 0 in the order of the data set. By default the label of the list is the ground truth, because the published numbers on
these lists use it, and images with a tie in FERPlus have no other label. ``labels='dataset'`` uses the annotation of the data set and
excludes these images. The log reports how often the two agree, and a list with little agreement raises an error, because its codes have
another meaning.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ofer.datasets.image_names import image_key
from ofer.datasets.text_lines import read_lines, shortened, whole_number
from ofer.files.archive import exists

LEAST_AGREEMENT = 0.8
"""Share of a list's labels that must agree with the data set's. The published lists are above 0.97."""

_NUMBER = r'\d+(?:\.0*)?'
_FORMS = (
    re.compile(rf'(?P<label>\d+)_(?P<name>[^\s/]+)\s+{_NUMBER}\s+(?P<kind>{_NUMBER})'),
    re.compile(r'(?:(?:val|valid|validation|test)/)?(?P<label>\d+)/(?P<name>[^\s/]+)(?:/(?:\d+\.\w+)?)?', re.IGNORECASE),
    re.compile(rf'(?:[^\s/]+/)*(?P<name>[^\s/]+)\s+(?P<label>{_NUMBER})\s+(?P<kind>{_NUMBER})'),
)
"""Of a line in which ``/`` separates folders and single spaces separate columns."""


@dataclass(frozen=True)
class ListedFace:
    """A line of a list: expression, and the type of occlusion if the list has it."""

    expression: str
    occlusion_type: int | None


@dataclass(frozen=True)
class Subset:
    """A list: faces by image key (name without folder, suffix and ``_aligned``)."""

    list_file: str
    labels: str
    lines: int
    faces: dict[str, ListedFace]

    def select(self, items: Iterable[dict[str, Any]]) -> tuple[list[dict[str, Any]], str]:
        """The items in the list, with ``occlusion_type`` if the list has it, and a sentence about the number of matches.

        Raises:
            ValueError: no image matches, or the labels are not those of this data set.
        """
        selected, agreeing, labelled = [], 0, 0
        for item in items:
            face = self.faces.get(image_key(item['img_path']))
            if face is None:
                continue
            labelled += item['expression'] is not None
            agreeing += item['expression'] == face.expression
            if face.occlusion_type is not None:
                item['occlusion_type'] = face.occlusion_type
            if self.labels == 'list':
                item['expression'] = face.expression
                item.pop('votes', None)
            selected.append(item)
        if not selected:
            raise ValueError(
                f'{self.list_file}: none of its {len(self.faces)} images is in this split. The lists select from the test split, by the '
                'names that its authors gave the images.'
            )
        if agreeing < LEAST_AGREEMENT * labelled:
            raise ValueError(
                f'{self.list_file}: its labels agree with the data set on {agreeing} of {labelled} images only, so they mean something '
                'else than assumed here. Check that the list belongs to this data set.'
            )
        repeated = f' ({self.lines} lines, {self.lines - len(self.faces)} repeated)' if self.lines > len(self.faces) else ''
        return selected, (
            f'{len(selected)} matched of {len(self.faces)} listed in {os.path.basename(self.list_file)}{repeated}, '
            f'labels of the {self.labels}, which agree on {agreeing} of {labelled}'
        )


def read_subset(list_file: str, codes: tuple[str, ...], labels: str = 'list') -> Subset:
    """Read a list.

    Args:
        list_file: path of the list.
        codes: names of the expressions in the order of the labels in the list.
        labels: source of the labels, ``list`` or ``dataset``.

    Raises:
        FileNotFoundError: the file does not exist.
        ValueError: the file is not UTF-8, a line has an unknown form or label, or one image has two labels.
    """
    if labels not in ('list', 'dataset'):
        raise ValueError(f"subset labels={labels!r}: expected 'list' or 'dataset'")
    if not exists(list_file):
        raise FileNotFoundError(
            f'{list_file}: no such list. It comes with the code of Region Attention Networks; put it there, or give its path.'
        )
    faces: dict[str, ListedFace] = {}
    lines = 0
    for number, line in enumerate(read_lines(list_file), 1):
        if not line.strip():
            continue
        plain = re.sub(r'[\s,;"\']+', ' ', line).strip().replace('\\', '/').removeprefix('./')
        match = next((m for m in (form.fullmatch(plain) for form in _FORMS) if m), None)
        label = whole_number(match['label']) if match else None
        if match is None or label is None or label >= len(codes):
            expected = f'"LABEL/IMAGE", "IMAGE LABEL TYPE" or "LABEL_IMAGE N TYPE" with a label from 0 to {len(codes) - 1}'
            raise ValueError(f'{list_file}, line {number}: {shortened(line.strip())!r}, expected {expected}')
        kind = match.groupdict().get('kind')
        face = ListedFace(codes[label], None if kind is None else whole_number(kind))
        key = image_key(match['name'])
        if faces.setdefault(key, face).expression != face.expression:
            raise ValueError(f'{list_file}, line {number}: {key} has another label in the list as well. Keep one of the lines.')
        lines += 1
    return Subset(list_file, labels, lines, faces)
