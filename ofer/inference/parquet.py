"""Rows of results from JSON lines to Parquet and back, a few thousand at a time (pyarrow, extra ``table``)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

from ofer.extras import extra
from ofer.inference.tables import escaped

_ROWS = 4096  # in a row group


def pyarrow() -> ModuleType:
    """Pyarrow with its Parquet part.

    Raises:
        ImportError: it is not installed.
    """
    need = 'parquet files need pyarrow'
    extra('pyarrow.parquet', 'table', need)
    return extra('pyarrow', 'table', need)


def write_parquet(source: Path, path: Path, types: Mapping[str, Any]) -> None:
    """Convert JSON lines; the file appears when it is complete.

    Args:
        source: of flat rows.
        path: of the Parquet file.
        types: an example value for each column.
    """
    arrow, schema = pyarrow(), _schema(types)
    partial = path.with_name(f'.{path.name}.writing')
    with source.open(encoding='utf-8') as lines, arrow.parquet.ParquetWriter(partial, schema) as writer:
        for rows in _groups(lines):
            writer.write_table(arrow.Table.from_pylist(rows, schema))
    partial.replace(path)


def table_of(rows: Sequence[Mapping[str, Any]], types: Mapping[str, Any]) -> Any:
    """A table of Arrow in memory.

    Args:
        rows: flat.
        types: an example value for each column.
    """
    return pyarrow().Table.from_pylist(list(map(escaped, rows)), _schema(types))


def _schema(types: Mapping[str, Any]) -> Any:
    arrow = pyarrow()
    return arrow.schema([(name, _type(arrow, value)) for name, value in types.items()])


def read_parquet(path: Path, target: Path) -> None:
    """Convert back to the JSON lines from which :func:`write_parquet` made the file."""
    arrow = pyarrow()
    partial = target.with_name(f'.{target.name}.writing')
    with arrow.parquet.ParquetFile(path) as file, partial.open('w', encoding='utf-8') as lines:
        for batch in file.iter_batches(_ROWS):
            lines.writelines(json.dumps(row, ensure_ascii=False) + '\n' for row in batch.to_pylist())
    partial.replace(target)


def _groups(lines: Iterator[str]) -> Iterator[list[dict[str, Any]]]:
    while rows := [json.loads(line) for line in islice(lines, _ROWS)]:
        yield rows


def _type(arrow: ModuleType, value: Any) -> Any:
    """Arrow's type of a Python value."""
    if isinstance(value, (tuple, list)):
        return arrow.list_(_type(arrow, value[0]))
    kinds = {bool: arrow.bool_(), int: arrow.int64(), float: arrow.float64(), str: arrow.string()}
    return kinds[type(value)]
