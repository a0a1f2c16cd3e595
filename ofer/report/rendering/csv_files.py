"""CSV files: every number of a section in a row of its own."""

import csv
import io
from collections.abc import Mapping
from typing import Any

COLUMNS = ('section', 'model', 'condition', 'metric', 'value', 'low', 'high', 'n')


def csv_files(content: Mapping[str, Any]) -> dict[str, str]:
    """Text of each file by its name: one for each section, and ``differences.csv``."""
    found = {}
    for name, section in content['sections'].items():
        facts = list(dict.fromkeys(key for cell in section['cells'] for key in cell['facts']))
        rows = [
            [*(cell[key] for key in COLUMNS), *(cell['facts'].get(key) for key in facts), _plain(cell['flags'])]
            for cell in section['cells']
        ]
        found[f'{name}.csv'] = _text([*COLUMNS, *facts, 'flags'], rows)
    if content['differences']:
        head = list(content['differences'][0])
        found['differences.csv'] = _text(head, [[_plain(one[key]) for key in head] for one in content['differences']])
    return found


def _plain(value: Any) -> Any:
    return '; '.join(value) if isinstance(value, list) else value


def _text(head: list[str], rows: list[list[Any]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator='\n')
    writer.writerow(head)
    writer.writerows(['' if value is None else value for value in row] for row in rows)
    return file.getvalue()
