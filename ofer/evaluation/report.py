"""Measures of one model on several test sets, as text and as plain data."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from tabulate import tabulate


def measures_table(report: Mapping[str, Mapping[str, float]]) -> str:
    """Markdown table: a line for each measure, a column for each test set.

    Args:
        report: measures of each set, by name.
    """
    names = list(dict.fromkeys(name for measures in report.values() for name in measures))
    rows = [[name, *(_number(measures.get(name)) for measures in report.values())] for name in names]
    return markdown_table(['measure', *report], rows)


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Markdown table with aligned columns; the first holds words, the others numbers.

    Args:
        head: titles of the columns.
        rows: their cells, as they are to be printed.
    """
    return tabulate(rows, head, tablefmt='pipe', colalign=['left', *['right'] * (len(head) - 1)], disable_numparse=True)


def plain(value: Any) -> Any:
    """The same content in what JSON knows: arrays become lists, NaN becomes None."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if hasattr(value, 'tolist'):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _number(value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return '-'
    return str(value) if isinstance(value, int) else f'{value:.2f}'
