"""Published numbers, with source and protocol. They are shown beside measured ones, marked, and never mixed with them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name('published.json')


@dataclass(frozen=True)
class Published:
    """A published accuracy.

    Args:
        data: type of the data set, e.g. ``'RAFDB'``; ``'AffectNet8'`` for AffectNet with contempt.
        condition: of this protocol that comes nearest: a condition, a list, or the mean of several.
        method: its name.
        accuracy: in [0, 1].
        source: paper (authors, short title, venue and year) and table; of second-hand numbers also the paper that quotes them. What is
            unknown is called not traced.
        note: what is known about the protocol, and what differs.
        second_hand: quoted in a later paper, and not checked in the one that measured it.
    """

    data: str
    condition: str
    method: str
    accuracy: float
    source: str
    note: str
    second_hand: bool


@cache
def published() -> tuple[Published, ...]:
    """All published numbers."""
    return tuple(_read())


def published_for(data: str, num_classes: int) -> list[Published]:
    """The published numbers of a data set.

    Args:
        data: its type.
        num_classes: of the report; AffectNet is published with seven and with eight.

    >>> [one.accuracy for one in published_for('FERPlus', 8) if one.method == 'RAN']
    [0.8855, 0.8363, 0.8223, 0.804]
    """
    wanted = 'AffectNet8' if data == 'AffectNet' and num_classes == 8 else data
    return [one for one in published() if one.data == wanted]


def _read() -> Iterator[Published]:
    """Each table states its source; in ``{paper}`` of the source stands the paper of the method itself."""
    content = json.loads(FILE.read_text(encoding='utf-8'))
    for table in content['tables']:
        for method, values in table['rows'].items():
            source = table['source'].format(paper=content['papers'].get(method, method))
            for condition, value in zip(table['conditions'], values, strict=True):
                quoted = condition in table['second_hand']
                yield Published(table['data'], condition, method, round(value / 100, 4), source, table['note'], quoted)
