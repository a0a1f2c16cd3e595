"""KDEF (Lundqvist et al. 1998): 70 people, seven posed expressions from five sides, each photographed twice; 4,900 images.

The name of an image contains all its labels: ``AF01ANS.JPG`` is session A, the female with number 01, angry, straight. A person is sex and
number (``F01``), and both sessions go to the same fold. ``AF`` means afraid at the fifth letter and session A, female, at the first.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ofer.categories import canonical_expression
from ofer.datasets.folds import FoldedDataset
from ofer.datasets.image_names import image_key
from ofer.datasets.layouts import find_split, scan_copy
from ofer.files.archive import scan
from ofer.registry import DATASETS

ANGLES = ('FL', 'HL', 'S', 'HR', 'FR')
"""Full left, half left, straight, half right, full right."""

MISNAMED = {'AF31V': 'AF31SAHL', 'AM31H': 'AM31SUHR'}
"""Two files that are given out under broken names, and the one name that is missing in the folder of each."""

_NAME = re.compile(r'[AB](?P<person>[FM]\d\d)(?P<expression>AF|AN|DI|HA|NE|SA|SU)(?P<angle>FL|HL|S|HR|FR)')


def parse_name(name: str) -> tuple[str, str, str] | None:
    """Person, expression and angle of an image called ``AF01/AF01ANS.JPG``: ``('F01', 'anger', 'S')``. None for other names."""
    stem = image_key(name).upper()
    match = _NAME.fullmatch(MISNAMED.get(stem, stem))
    return match and (match['person'], str(canonical_expression(match['expression'])), match['angle'])


@DATASETS.register_module()
class KDEF(FoldedDataset):
    """KDEF as distributed: ``AF01/AF01AFS.JPG`` and so on in ``data_root``, or in a folder or archive ``KDEF`` there.

    Args:
        data_root: folder of the data set.
        split: see :class:`ofer.datasets.folds.FoldedDataset`, as for the rest.
        num_classes: 7; there is no contempt.
        fold: the validation fold, from 0.
        folds: number of folds; 10 of 7 people each.
        angles: the used sides, out of ``FL``, ``HL``, ``S``, ``HR`` and ``FR``.
        pipeline: transforms, as configs or callables.
        indices: to use a part.
        lazy_init: read the files on first use.
        preload: decode every image once and keep it in memory.
        damaged: stop at a damaged image, or skip it.
    """

    def __init__(
        self,
        data_root: str,
        split: str | None = 'train',
        num_classes: int = 7,
        fold: int = 0,
        folds: int = 10,
        angles: Sequence[str] = ANGLES,
        pipeline: Sequence[Mapping | Callable] = (),
        indices: int | Sequence[int] | None = None,
        lazy_init: bool = False,
        preload: bool = False,
        damaged: str = 'stop',
    ) -> None:
        if isinstance(angles, str) or not angles or not set(angles) <= set(ANGLES):
            raise ValueError(f'angles={angles!r}: expected a list of some of {", ".join(ANGLES)}')
        self.angles = tuple(angles)
        super().__init__(data_root, split, num_classes, fold, folds, pipeline, indices, lazy_init, preload, damaged)

    def read_everybody(self) -> tuple[str, list[dict[str, Any]]]:
        """Items of all people; see the base class."""
        images = find_split(self.data_root, ('KDEF',))
        tree = scan(images) if images else scan_copy(self.data_root)
        items: list[dict[str, Any]] = []
        for name in tree.images:
            parts = parse_name(name)
            if parts is None:
                problem = ValueError(
                    f'{tree.path}/{name}: no name of KDEF, expected one like AF01ANS.JPG: session A or B, sex F or M, number, expression '
                    f'AF, AN, DI, HA, NE, SA or SU, and angle {", ".join(ANGLES)}. Rename the file, or take it out.'
                )
                items.append({'img_path': f'{tree.path}/{name}', 'problem': problem})
                continue
            person, expression, angle = parts
            item = {'img_path': f'{tree.path}/{name}', 'person': person, 'expression': expression}
            items.append(item if angle in self.angles else item | {'expression': None, 'unlabelled': f'angle {angle}'})
        return tree.describe(), items
