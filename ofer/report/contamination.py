"""What could make a number better than it should be: training sets that overlap with the images of the report."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ofer.report.cells import Difference, Section
from ofer.report.faces import Faces
from ofer.report.sections.context import WITHOUT

OVERLAPS: dict[str, frozenset[str]] = {
    'FER2013': frozenset({'FER2013', 'FERPlus'}),
    'FERPlus': frozenset({'FER2013', 'FERPlus'}),
    'RAFDB': frozenset({'RAFDB', 'OccluFER'}),
    'AffectNet': frozenset({'AffectNet', 'OccluFER'}),
    'OccluFER': frozenset({'OccluFER', 'RAFDB', 'AffectNet'}),
    'FEDRO': frozenset({'FEDRO'}),
    **{name: frozenset({name}) for name in ('CKPlus', 'KDEF', 'SFEW', 'SyntheticFaces')},
}
"""Data sets that share images, by type. FERPlus has the images of FER2013; Occlu-FER took images from public data sets, which it does not
list."""

UNKNOWN = 'training data unknown'
FOLDERS = ('', 'FaceFolder')
"""Types of data whose origin is unknown: arrays, and folders of images."""


@dataclass(frozen=True)
class Flags:
    """What could contaminate the numbers of a report.

    Args:
        models: sentences about the training of each contender, see :func:`contamination`.
        trained_on_duplicates: contenders that were trained on images of this split, see :func:`has_duplicates`.
        repeated: sentences about duplicates, see :func:`repeated_images`.
    """

    models: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    trained_on_duplicates: frozenset[str] = frozenset()
    repeated: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, model: str, condition: str = '') -> tuple[str, ...]:
        """Sentences about the numbers of a contender under a condition or on a list; empty if nothing is known against them."""
        name = condition.split(', ')[0]  # 'occlusion, type 2' is a part of the list 'occlusion'
        known = model in self.trained_on_duplicates and not condition.endswith(WITHOUT)
        text = self.repeated.get(name if name in self.repeated else '', '') if known else ''
        return (*self.models.get(model, ()), *([text] if text else []))


def flagged(section: Section, flags: Flags) -> Section:
    """A section with the flags of its numbers, those of the baseline included; covered shares do not depend on a contender."""
    cells = []
    for one in section.cells:
        models = () if one.metric == 'covered' else (one.model, one.facts.get('baseline', one.model))
        cells.append(replace(one, flags=tuple(dict.fromkeys(flag for model in models for flag in flags(model, one.condition)))))
    return replace(section, cells=tuple(cells))


def flagged_difference(one: Difference, flags: Flags) -> Difference:
    """A difference with the flags of either contender."""
    return replace(one, flags=tuple(dict.fromkeys((*flags(one.first, one.condition), *flags(one.second, one.condition)))))


def repeated_images(faces: Faces, duplicates: np.ndarray | None) -> dict[str, str]:
    """A sentence about those images that are training images of the data set as well, empty where there are none.

    Args:
        faces: the images.
        duplicates: ``(N,)`` bool: images that are also among the training images; None if unknown.

    Returns:
        By the name of each list, and under ``''`` for the images with a label of the data set.
    """
    if duplicates is None:
        return {}
    rows = {'': faces.labelled, **{name: one.rows for name, one in faces.lists.items()}}
    numbers = {name: int(duplicates[one].sum()) for name, one in rows.items()}
    return {name: f'trained on {n} of these {len(rows[name])} images' if n else '' for name, n in numbers.items()}


def has_duplicates(data: str, split: str, facts: Mapping[str, Any]) -> bool:
    """Whether a model's training has the images that are in two splits of the data set.

    Args:
        data: type of the data set.
        split: that the report uses.
        facts: of the model: ``trained_on``, and ``trained_without``, for each data set the splits whose images were left out.
    """
    return data in known_names(facts.get('trained_on')) and split not in facts.get('trained_without', {}).get(data, ())


def contamination(
    data: str, split: str, trained_on: Sequence[str] | str | None, trained_splits: Mapping[str, Sequence[str]] | None = None
) -> tuple[str, ...]:
    """Sentences about the training of a model that is measured on a data set.

    Args:
        data: type of the data set, e.g. ``'FERPlus'``.
        split: that the report uses.
        trained_on: types of the data sets of the model's training, in any common spelling; None or empty: unknown.
        trained_splits: that the training used of each data set; the training split where it is not stated. ``'None'``: all images.

    Returns:
        Sentences; empty if nothing is known against the numbers.

    >>> contamination('FERPlus', 'test', ['fer-2013'])
    ('trained on FER2013, which has images of FERPlus (not of this split)',)
    """
    names = known_names(trained_on)
    if not names:
        return (UNKNOWN,)
    if data in FOLDERS:
        return (f'trained on {", ".join(names)}, and it is unknown whether these images are from there',)
    found = []
    for name in names:
        splits = (trained_splits or {}).get(name, ('train',))
        same = split in splits or 'None' in (split, *splits)
        if name == data and same:
            found.append(f'trained on {name} itself, split {split} included')
        elif name not in OVERLAPS:
            found.append(f'trained on {name}, and it is unknown whether it has images of {data}')
        elif name != data and (data in OVERLAPS[name] or name in OVERLAPS.get(data, frozenset())):
            found.append(f'trained on {name}, which has images of {data} ({"this split included" if same else "not of this split"})')
    return tuple(found)


def known_names(names: Sequence[str] | str | None) -> tuple[str, ...]:
    """Data sets by the names of this library.

    >>> known_names(['fer2013', 'FER+', 'RAF-DB', 'MS-Celeb-1M'])
    ('FER2013', 'FERPlus', 'RAFDB', 'MS-Celeb-1M')
    """
    ours = {_letters(name): name for name in OVERLAPS}
    return tuple(ours.get(_letters(name), name) for name in ([names] if isinstance(names, str) else names or ()))


def _letters(name: str) -> str:
    return re.sub('[^a-z0-9]', '', name.casefold().replace('+', 'plus'))
