"""A part of a data set: its first items, its last ones, or those of given indices."""

from collections.abc import Sequence
from typing import Any

import numpy as np


def take_indices(items: list[dict[str, Any]], indices: int | Sequence[int], root: str) -> list[dict[str, Any]]:
    """The first items (the last ones for a negative number), or those of the given indices.

    Args:
        items: of a data set.
        indices: number of items, or their indices.
        root: folder of the data set, for messages.

    Raises:
        ValueError: an index is out of range, or no item is left.

    >>> take_indices([{'img_path': name} for name in 'abc'], [2, 0], 'data')
    [{'img_path': 'c'}, {'img_path': 'a'}]
    """
    if isinstance(indices, int):
        chosen = items[:indices] if indices >= 0 else items[indices:]
    else:
        wrong = [index for index in indices if not isinstance(index, (int, np.integer)) or not -len(items) <= index < len(items)]
        if wrong:
            raise ValueError(f'{root}: indices has {wrong[0]!r}, expected whole numbers below {len(items)}, the number of images')
        chosen = [items[index] for index in indices]
    if not chosen:
        raise ValueError(f'{root}: indices={indices!r} leaves none of the {len(items)} images')
    return chosen
