"""Checks the content of a ``report.json``: its layout, its numbers, and its digest."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ofer.report.digest import SCHEMA, digest

TOP = {
    'schema': int,
    'protocol': str,
    'header': dict,
    'problems': list,
    'conditions': list,
    'sections': dict,
    'differences': list,
    'published': list,
    'digest': str,
    'run': dict,
}
SETTINGS = {'seed': int, 'quick': bool, 'sections': list}
HEADER = {'settings': dict, 'data': dict, 'models': dict, 'baseline': str, 'versions': dict}
DATA = {'title': str, 'sha256': str, 'images': int, 'classes': list, 'per_class': dict, 'size': list, 'lists': dict}
CELL = {'section': str, 'model': str, 'condition': str, 'metric': str, 'n': int, 'facts': dict, 'flags': list}
CURVE = {'section': str, 'model': str, 'name': str, 'x': list, 'y': list, 'facts': dict}
DIFFERENCE = {
    **dict.fromkeys(('condition', 'metric', 'first', 'second', 'test'), str),
    **dict(n=int, decides=bool, significant=bool, flags=list),
}
PUBLISHED = {**dict.fromkeys(('condition', 'method', 'source', 'note'), str), 'accuracy': float, 'second_hand': bool}
RANGES: dict[str, tuple[float, float]] = {
    **dict.fromkeys(('accuracy', 'balanced_accuracy', 'macro_f1', 'ece', 'covered', 'area', 'aurc', 'accuracy_at_80'), (0, 1)),
    **dict.fromkeys(('confidence', 'confidence_of_flips', 'flips', 'map_iou', 'found'), (0, 1)),
    **dict.fromkeys(('drop', 'confidence_gap', 'doubt_grows'), (-1, 1)),
    'brier': (0, 2),
    'mce': (0, math.inf),
}
"""Least and greatest value of a metric; of others, any number."""


def read_report(path: str | Path) -> dict[str, Any]:
    """Read and check a report.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no report, has another schema, a number is out of range, or it was changed after it was written.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f'{path}: no such file. Write it with ofer report --out.')
    try:
        content = json.loads(path.read_text(encoding='utf-8'))
    except (ValueError, RecursionError) as error:
        raise ValueError(f'{path}: no JSON ({error}). Give a report.json of ofer report.') from error
    check_report(content, str(path))
    return content


def check_report(content: Any, name: str = 'report') -> None:
    """Check a report.

    Args:
        content: of ``report.json``.
        name: of the file, for messages.

    Raises:
        ValueError: see :func:`read_report`.
    """
    _entries(content, TOP, name)
    if content['schema'] != SCHEMA:
        raise ValueError(f'{name}: schema {content["schema"]}, and this version of ofer reads {SCHEMA}. Write the report again.')
    _entries(content['header'], HEADER, f'{name}: header')
    _entries(content['header']['settings'], SETTINGS, f'{name}: header: settings')
    _entries(content['header']['data'], DATA, f'{name}: header: data')
    for model, facts in content['header']['models'].items():
        _entries(facts, {'classes': list, 'contamination': list}, f'{name}: header: models: {model}')
    for title, section in content['sections'].items():
        place = f'{name}: sections: {title}'
        _entries(section, {'cells': list, 'curves': list, 'problems': list}, place)
        for number, cell in enumerate(section['cells']):
            _cell(cell, f'{place}: cell {number}')
        for number, curve in enumerate(section['curves']):
            _entries(curve, CURVE, f'{place}: curve {number}')
            if len(curve['x']) != len(curve['y']):
                raise ValueError(f'{place}: curve {number}: {len(curve["x"])} x and {len(curve["y"])} y')
    for number, one in enumerate(content['differences']):
        _entries(one, DIFFERENCE, f'{name}: differences: {number}')
    for number, one in enumerate(content['published']):
        _entries(one, PUBLISHED, f'{name}: published: {number}')
    if digest(content) != content['digest']:
        raise ValueError(f'{name}: was changed after it was written: its digest is not that of its content. Write the report again.')


def _cell(cell: Any, place: str) -> None:
    _entries(cell, CELL, place)
    if 'value' not in cell:
        raise ValueError(f"{place}: has no 'value'. Give a report.json of ofer report.")
    for key in ('value', 'low', 'high'):
        value = cell.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value)):
            raise ValueError(f'{place}: {key}={value!r}: expected a number or null')
        lowest, highest = RANGES.get(cell['metric'], (0, 1) if cell['metric'].startswith('recall') else (-math.inf, math.inf))
        if value is not None and not lowest - 1e-9 <= value <= highest + 1e-9:
            raise ValueError(f'{place}: {cell["metric"]} has {key}={value}: expected a number in [{lowest}, {highest}]')


def _entries(value: Any, expected: Mapping[str, type], place: str) -> None:
    if not isinstance(value, dict):
        raise ValueError(f'{place}: {type(value).__name__}, expected an object. Give a report.json of ofer report.')
    for key, kind in expected.items():
        if key not in value:
            raise ValueError(f'{place}: has no {key!r}. Give a report.json of ofer report.')
        if not isinstance(value[key], kind) or (kind is int and isinstance(value[key], bool)):
            raise ValueError(f'{place}: {key!r} is {type(value[key]).__name__}, expected {kind.__name__}')
