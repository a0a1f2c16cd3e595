"""The charts of each section."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ofer.report.rendering.charts import Bar, Line, bar_chart, line_chart
from ofer.report.rendering.face_map import face_maps

ORDER_WORDS = {
    'square': 'A square',
    'patches': 'Random patches',
    'own': 'Patches by importance to the model itself',
    'reference': 'Patches by importance to the reference model',
}


@dataclass(frozen=True)
class Figure:
    """A chart.

    Args:
        title: above it.
        svg: the chart.
        note: below it; may be empty.
    """

    title: str
    svg: str
    note: str = ''


def figures(name: str, section: Mapping[str, Any], models: list[str]) -> list[Figure]:
    """The charts of a section."""
    return list(MAKERS[name](section, models)) if name in MAKERS else []


def _curves(section: Mapping[str, Any], models: list[str]) -> Iterator[tuple[dict[str, Any], int]]:
    for curve in section['curves']:
        yield curve, models.index(curve['model'])


def _clean(section: Mapping[str, Any], models: list[str]) -> Iterator[Figure]:
    lines = [Line(curve['model'], curve['x'], curve['y'], number) for curve, number in _curves(section, models)]
    if lines:
        ideal = Line('as sure as right', (0, 1), (0, 1), 5, dashed=True)
        svg = line_chart([ideal, *lines], 'confidence, %', 'accuracy, %', (0, 1), (0, 1))
        yield Figure('Confidence against accuracy', svg, 'On the dashed line, a model is as sure as it is right; below it, too sure.')


def _artificial(section: Mapping[str, Any], models: list[str]) -> Iterator[Figure]:
    found = list(_curves(section, models))
    upto = max((max(curve['x']) for curve, _ in found), default=0.7)
    for order, words in ORDER_WORDS.items():
        mine = [(curve, number) for curve, number in found if curve['facts']['order'] == order]
        for kind in dict.fromkeys(curve['facts']['fill'] for curve, _ in mine):
            lines = [Line(c['model'], c['x'], c['y'], number) for c, number in mine if c['facts']['fill'] == kind]
            yield Figure(f'{words}, {kind}', line_chart(lines, 'covered area, %', 'accuracy, %', (0, upto), (0, 1)))


def _bars(cells: list[dict[str, Any]], models: list[str], metric: str, word: str) -> list[Bar]:
    chosen = [cell for cell in cells if cell['metric'] == metric and cell['value'] is not None and word in cell['facts']]
    return [
        Bar(_words(cell['facts'][word]), cell['model'], cell['value'], cell['low'], cell['high'], models.index(cell['model']))
        for cell in chosen
    ]


def _objects(section: Mapping[str, Any], models: list[str]) -> Iterator[Figure]:
    for source, title in (('drawn', 'Drawn objects'), ('cutout', 'Cut-outs')):
        bars = _bars([cell for cell in section['cells'] if cell['facts'].get('source') == source], models, 'accuracy', 'kind')
        if bars:
            yield Figure(title, bar_chart(bars, 'accuracy, %'))


def _regions(section: Mapping[str, Any], models: list[str]) -> Iterator[Figure]:
    for kind in dict.fromkeys(cell['facts']['fill'] for cell in section['cells']):
        drops = [cell for cell in section['cells'] if cell['metric'] == 'drop' and cell['facts']['fill'] == kind]
        most = max((cell['value'] for cell in drops), default=0)
        for model in models:
            losses = {cell['facts']['region']: cell['value'] for cell in drops if cell['model'] == model}
            if losses:
                note = 'Accuracy lost without each region, in %. The person looks at you: the left half is on the right.'
                yield Figure(f'{model}: what each region costs, {kind}', face_maps(losses, most), note)


def _real(section: Mapping[str, Any], models: list[str]) -> Iterator[Figure]:
    bars = [
        Bar(_words(cell['condition']), cell['model'], cell['value'], cell['low'], cell['high'], models.index(cell['model']))
        for cell in section['cells']
        if cell['metric'] == 'accuracy' and cell['value'] is not None and 'without' not in cell['condition']
    ]
    if bars:
        yield Figure('Published lists', bar_chart(bars, 'accuracy, %'))


def _corruptions(section: Mapping[str, Any], models: list[str]) -> Iterator[Figure]:
    means = [cell for cell in section['cells'] if 'severity' not in cell['facts']]
    bars = _bars(means, models, 'accuracy', 'corruption')
    if bars:
        yield Figure('Corruptions, mean over severities', bar_chart(bars, 'accuracy, %'))


def _selective(section: Mapping[str, Any], models: list[str]) -> Iterator[Figure]:
    found = list(_curves(section, models))
    most = max((max(curve['y']) for curve, _ in found), default=1.0)
    for name in dict.fromkeys(curve['name'] for curve, _ in found):
        lines = [Line(c['model'], c['x'], c['y'], number) for c, number in found if c['name'] == name]
        yield Figure(f'Risk against coverage, {name}', line_chart(lines, 'answered images, %', 'wrong answers, %', (0, 1), (0, most)))


def _detection(section: Mapping[str, Any], models: list[str]) -> Iterator[Figure]:
    del models
    bars = [
        Bar(_words(cell['condition']), 'detector', cell['value'], cell['low'], cell['high'], 0)
        for cell in section['cells']
        if cell['metric'] == 'found'
    ]
    if bars:
        yield Figure('Faces found', bar_chart(bars, 'faces found, %'))


def _words(text: Any) -> str:
    return str(text).replace('_', ' ')


MAKERS = {
    'clean': _clean,
    'artificial': _artificial,
    'objects': _objects,
    'regions': _regions,
    'real': _real,
    'corruptions': _corruptions,
    'selective': _selective,
    'detection': _detection,
}
