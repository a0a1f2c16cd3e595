"""Names of expressions to labels: indices of classes, and distributions of votes."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np


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
            raise ValueError(
                f'{item["img_path"]}: expression {expression!r} is none of {", ".join(classes)}. Translate the names in '
                'read_annotation, e.g. with ofer.categories.canonical_expression.'
            )
        item['gt_label'] = index[expression]
        if votes is not None:
            score = np.array([votes.get(name, 0) for name in classes], dtype=np.float32)
            item['gt_score'] = score / score.sum()
        kept.append(item)
    return kept, dropped
