"""Reads csv files of various spreadsheets, scripts and authors.

The delimiter may be a comma, a semicolon, a tab or ``|``; columns may have any order, with other columns between them, spaces around
names and values or quotation marks around them, and in any letter case. Empty rows are skipped, but counted as lines. A line ``sep=;``
above the header, which tells Excel the delimiter, is skipped as well.
"""

import csv
import io
import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from ofer.datasets.text_lines import read_text, shortened, unquoted, whole_number

DELIMITERS = (',', ';', '\t', '|')


class Row(NamedTuple):
    """A row of a csv file.

    Attributes:
        file: path of the file.
        line: number of its line in the file, from 1.
        cells: its entries by column; missing ones are empty.
        surplus: error message if the row has more entries than columns, so that entries cannot be assigned.
    """

    file: str
    line: int
    cells: dict[str, str]
    surplus: str = ''

    def error(self, text: str) -> ValueError:
        """An error for this row; its message names file and line."""
        return ValueError(f'{self.file}, line {self.line}: {text}')

    def text(self, column: str) -> str:
        """The entry in a column.

        Raises:
            ValueError: the row has too many entries.
        """
        if self.surplus:
            raise self.error(self.surplus)
        return self.cells[column]

    def number(self, column: str, most: int, expected: str | None = None) -> int:
        """The whole number from 0 to ``most`` in a column.

        Raises:
            ValueError: the entry is something else, or the row has too many.
        """
        value = whole_number(self.text(column))
        if value is None or not 0 <= value <= most:
            raise self.error(f'{column} is {shortened(self.text(column))!r}, expected {expected or f"0 to {most}"}')
        return value

    def decimal(self, column: str) -> float:
        """The finite number in a column.

        Raises:
            ValueError: the entry is something else, or the row has too many.
        """
        try:
            value = float(self.text(column).replace(',', '.'))
        except ValueError as error:
            raise self.error(self.surplus or f'{column} is {shortened(self.text(column))!r}, expected a number') from error
        if not math.isfinite(value):
            raise self.error(f'{column} is {shortened(self.text(column))!r}, expected a finite number')
        return value


def read_rows(path: str, columns: Sequence[str]) -> list[Row]:
    """Read the rows of a csv file.

    Args:
        path: of the file.
        columns: names of the required columns, in the spelling for ``Row.cells``.

    Raises:
        FileNotFoundError: the file does not exist.
        ValueError: a column is missing or repeated, or the file is not text.
    """
    text = re.sub(r'^"?sep=.?"?[,;\t]*(?=\n)', '', read_text(path), flags=re.IGNORECASE)
    first = next((line for line in text.split('\n') if line.strip()), '')
    delimiter = max(DELIMITERS, key=lambda mark: len({*map(_key, first.split(mark))} & {*map(_key, columns)}))
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        lines = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)] or [(1, [])]
    except csv.Error as error:
        raise ValueError(f'{path}, after line {reader.line_num}: damaged, or no text ({error}). Copy it again.') from error
    (line, header), *body = lines
    places = _places(path, line, header, columns)
    rows: list[Row] = []
    for line, cells in body:
        surplus = any(cell.strip() for cell in cells[len(header) :])
        known = {column: unquoted(cells[place]) for column, place in places.items() if place < len(cells)}
        wrong = f'{len(cells)} entries, expected {len(header)}, one a column' if surplus else ''
        rows.append(Row(path, line, dict.fromkeys(columns, '') | known, wrong))
    return rows


def _places(path: str, line: int, header: Sequence[str], columns: Sequence[str]) -> dict[str, int]:
    keys = [_key(name) for name in header]
    for name in columns:
        if keys.count(_key(name)) != 1:
            state = 'more than one column' if _key(name) in keys else 'no column'
            found = shortened(', '.join(map(str.strip, header)))
            raise ValueError(f'{path}, line {line}: {state} {name!r}; expected {", ".join(columns)}, found {found}')
    return {name: keys.index(_key(name)) for name in columns}


def _key(name: str) -> str:
    """Normalised name of a column."""
    return re.sub(r'[\s_"\'-]', '', name).lower()
