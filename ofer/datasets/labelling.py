"""Names of expressions to labels: indices of classes, and distributions of votes."""

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np


def check_annotation(annotation: Any, reader: str) -> None:
    """Raise if the result of ``read_annotation`` has another form than :meth:`ofer.datasets.FERDataset.read_annotation` states.

    Args:
        annotation: the result.
        reader: name of the data set.

    Raises:
        ValueError: it is no pair of a text and a list, or an item lacks ``img_path`` or ``expression``.
    """
    form = 'a text about the files and a list of items, e.g. return "faces.csv", items'
    pair = annotation if isinstance(annotation, (tuple, list)) and len(annotation) == 2 else (annotation,)
    if len(pair) != 2 or not isinstance(pair[0], (str, os.PathLike)) or not isinstance(pair[1], (list, tuple)):
        raise ValueError(f'{reader}.read_annotation returns {", ".join(type(one).__name__ for one in pair)}, expected {form}')
    for index, item in enumerate(annotation[1]):
        if not isinstance(item, dict):
            raise ValueError(f'{reader}.read_annotation: item {index} is {item!r}, expected a dict with img_path and expression')
        missing = [key for key in ('img_path', 'expression') if key not in item]
        if missing and 'problem' not in item:
            raise ValueError(
                f'{reader}.read_annotation: item {index} has {", ".join(map(str, item)) or "no keys"} and lacks {" and ".join(missing)}. '
                'expression is the name of a class, or None with the reason in unlabelled.'
            )


def unknown_expression(img_path: str, expression: str | None, classes: Sequence[str]) -> ValueError:
    """The error for an image whose label is no class.

    Args:
        img_path: of the image.
        expression: its label; None if the reader gave neither a label nor the reason.
        classes: names in the order of the labels.
    """
    if expression is None:
        return ValueError(
            f'{img_path}: has neither an expression nor the reason in unlabelled. read_annotation must raise for unknown names.'
        )
    return ValueError(
        f'{img_path}: expression {expression!r} is none of {", ".join(classes)}. Translate the names in '
        'read_annotation, e.g. with ofer.categories.canonical_expression.'
    )


def label_items(
    items: list[dict[str, Any]], classes: Sequence[str], left_out: Callable[[Mapping[str, Any]], str | None]
) -> tuple[list[dict[str, Any]], Counter[str]]:
    """Replace ``expression`` by ``gt_label``, and ``votes`` by ``gt_score`` ``(K,)`` float32, which sums to 1.

    Args:
        items: of a reader, see :meth:`ofer.datasets.FERDataset.read_annotation`; changed in place.
        classes: names in the order of the labels.
        left_out: the reason why an item is excluded; None if it is used.

    Returns:
        The items in use, and the numbers of the others by reason.

    Raises:
        ValueError: an expression is no class.
    """
    index = {name: i for i, name in enumerate(classes)}
    kept: list[dict[str, Any]] = []
    dropped: Counter[str] = Counter()
    for item in items:
        reason = left_out(item)
        if reason is not None:
            dropped[reason] += 1
            continue
        item.pop('unlabelled', None)
        votes = item.pop('votes', None)
        expression = item.pop('expression')
        if expression not in index:
            raise unknown_expression(item['img_path'], expression, classes)
        item['gt_label'] = index[expression]
        if votes is not None:
            score = np.array([votes.get(name, 0) for name in classes], dtype=np.float32)
            item['gt_score'] = score / score.sum()
        kept.append(item)
    return kept, dropped
