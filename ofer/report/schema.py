"""Checks the content of a ``report.json``: its layout, its numbers, and its digest."""

import json
import math
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from ofer.report.digest import SCHEMA, digest
from ofer.report.sections.detection import DETECTOR, SECTION

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
CONDITION = {'name': str, 'section': str, 'facts': dict, 'importance': str | None}
CELL = {'section': str, 'model': str, 'condition': str, 'metric': str, 'value': object, 'n': int, 'facts': dict, 'flags': list}
CURVE = {'section': str, 'model': str, 'name': str, 'x': list, 'y': list, 'facts': dict}
DIFFERENCE = {
    **dict.fromkeys(('condition', 'metric', 'first', 'second', 'test'), str),
    **dict.fromkeys(('difference', 'low', 'high', 'p_value', 'corrected'), object),
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
ANY = (-math.inf, math.inf)


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
    _header(content['header'], f'{name}: header')
    models = list(content['header']['models'])
    for number, one in enumerate(content['conditions']):
        _entries(one, CONDITION, f'{name}: conditions: {number}')
    for title, section in content['sections'].items():
        _section(section, [*models, DETECTOR] if title == SECTION else models, f'{name}: sections: {title}')
    for number, one in enumerate(content['differences']):
        _difference(one, models, f'{name}: differences: {number}')
    for number, one in enumerate(content['published']):
        _entries(one, PUBLISHED, f'{name}: published: {number}')
    if digest(content) != content['digest']:
        raise ValueError(f'{name}: was changed after it was written: its digest is not that of its content. Write the report again.')


def _header(header: Mapping[str, Any], place: str) -> None:
    _entries(header, HEADER, place)
    _entries(header['settings'], SETTINGS, f'{place}: settings')
    _entries(header['data'], DATA, f'{place}: data')
    for model, facts in header['models'].items():
        _entries(facts, {'classes': list, 'contamination': list}, f'{place}: models: {model}')


def _section(section: Any, models: Collection[str], place: str) -> None:
    _entries(section, {'cells': list, 'curves': list, 'problems': list}, place)
    for number, cell in enumerate(section['cells']):
        _cell(cell, models, f'{place}: cell {number}')
    for number, curve in enumerate(section['curves']):
        _entries(curve, CURVE, f'{place}: curve {number}')
        _known(curve, 'model', models, f'{place}: curve {number}')
        if len(curve['x']) != len(curve['y']):
            raise ValueError(f'{place}: curve {number}: {len(curve["x"])} x and {len(curve["y"])} y')


def _cell(cell: Any, models: Collection[str], place: str) -> None:
    _entries(cell, CELL, place)
    _known(cell, 'model', models, place)
    limits = RANGES.get(cell['metric'], (0, 1) if cell['metric'].startswith('recall') else ANY)
    for key in ('value', 'low', 'high'):
        if cell.get(key) is not None:
            _number(cell, key, limits, place, or_null=True)


def _difference(one: Any, models: Collection[str], place: str) -> None:
    _entries(one, DIFFERENCE, place)
    for key in ('first', 'second'):
        _known(one, key, models, place)
    for key in ('difference', 'low', 'high'):
        _number(one, key, ANY, place)
    _number(one, 'p_value', (0, 1), place)
    if one['corrected'] is not None:
        _number(one, 'corrected', (0, 1), place, or_null=True)


def _known(one: Mapping[str, Any], key: str, models: Collection[str], place: str) -> None:
    if one[key] not in models:
        raise ValueError(f'{place}: {key}={one[key]!r}: expected a model of the header: {", ".join(models)}')


def _number(one: Mapping[str, Any], key: str, limits: tuple[float, float], place: str, or_null: bool = False) -> None:
    value = one[key]
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not abs(value) <= sys.float_info.max:  # no NaN, and no integer that is larger than any float
        raise ValueError(f'{place}: {key}={value!r}: expected a number{" or null" if or_null else ""}')
    lowest, highest = limits
    if not lowest - 1e-9 <= value <= highest + 1e-9:
        raise ValueError(f'{place}: {one["metric"]} has {key}={value}: expected a number in [{lowest}, {highest}]')


def _entries(value: Any, expected: Mapping[str, Any], place: str) -> None:
    if not isinstance(value, dict):
        raise ValueError(f'{place}: {type(value).__name__}, expected an object. Give a report.json of ofer report.')
    for key, kind in expected.items():
        if key not in value:
            raise ValueError(f'{place}: has no {key!r}. Give a report.json of ofer report.')
        if not isinstance(value[key], kind) or (kind is int and isinstance(value[key], bool)):
            raise ValueError(f'{place}: {key!r} is {type(value[key]).__name__}, expected {getattr(kind, "__name__", kind)}')
