"""Results as text: csv and JSON lines."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ofer.files.writing import valid_text
from ofer.inference.face_result import FaceResult
from ofer.inference.regions import REGIONS
from ofer.inference.schemas import flat_row

FORMATS = ('csv', 'jsonl', 'parquet')


class Table:
    """Writes results as lines of UTF-8.

    Args:
        kind: ``'csv'`` or ``'jsonl'``; a line of JSON holds what :meth:`FaceResult.to_dict` gives, landmarks and patch map included.
        columns: of the csv file, in order; other entries of a row are not written.
        schema: None for our own names, or that of another tool, see :mod:`ofer.inference.schemas`.
        flat: a line of JSON has all columns of a csv file instead.

    Raises:
        ValueError: an unknown kind.
    """

    def __init__(self, kind: str, columns: Iterable[str], schema: str | None = None, flat: bool = False) -> None:
        if kind not in ('csv', 'jsonl'):
            raise ValueError(f'kind={kind!r}: choose csv or jsonl')
        self.kind, self.columns, self.schema, self.flat = kind, list(columns), schema, flat

    def header(self) -> bytes:
        """The first line of a csv file; nothing for JSON."""
        return self._csv([self.columns]) if self.kind == 'csv' else b''

    def lines(self, results: Sequence[FaceResult]) -> bytes:
        """A line for each result.

        File names that are not valid text are written with escapes: a backslash and a code.
        """
        if self.kind == 'csv':
            return self._csv([list(self._all_columns(result).values()) for result in results])
        rows = (self._all_columns(result) if self.flat else result.to_dict(self.schema) for result in results)
        return ''.join(json.dumps(row, ensure_ascii=False, allow_nan=False) + '\n' for row in rows).encode('utf-8', 'backslashreplace')

    def _all_columns(self, result: FaceResult) -> dict[str, Any]:
        row = flat_row(result, self.schema)
        return escaped({column: row.get(column) for column in self.columns})

    @staticmethod
    def _csv(rows: Sequence[Sequence[Any]]) -> bytes:
        text = io.StringIO()
        csv.writer(text, lineterminator='\n').writerows(rows)
        return text.getvalue().encode()


def escaped(row: Mapping[str, Any]) -> dict[str, Any]:
    r"""A row whose file names are valid text: what is none is replaced by a backslash and a code.

    >>> escaped({'source': 'bad\udcff.jpg', 'face': 0})
    {'source': 'bad\\udcff.jpg', 'face': 0}
    """
    return {key: valid_text(value) if isinstance(value, str) else value for key, value in row.items()}


def full_row(classes: Sequence[str], schema: str | None) -> Mapping[str, Any]:
    """A row in which every column has a value of its type: what a file's columns are, before the first result is known.

    >>> list(full_row(['anger', 'neutral'], None))[:4]
    ['source', 'frame', 'time', 'face']
    """
    shares = dict.fromkeys(classes, 0.5)
    points = np.zeros((68, 2), np.float32)
    values = dict(score=0.5, entropy=0.5, occluded_fraction=0.5, time=0.5, face=0, track=0, reason='', note='', label=classes[0])
    arrays = dict(box=np.zeros(4, np.float32), points=points[:5], landmarks=points)
    result = FaceResult('name', probabilities=shares, smoothed=shares, occlusion=dict.fromkeys(REGIONS, 0.5), **values, **arrays)  # type: ignore[arg-type]
    return flat_row(result, schema)
