"""Published numbers beside measured ones: never measured here, always marked."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ofer.report.rendering.tables import Table, find, percent

SECOND_HAND = '*'
"""Of numbers that are quoted in a later paper, and were not checked in the one that measured them."""

_NOTE = 'Numbers in [ ] were published by others and not measured here: other training data, sizes and pixels. No test compares them.'
_QUOTED = f' {SECOND_HAND}: quoted second-hand, not checked against the first paper.'


def published_table(content: Mapping[str, Any]) -> Table | None:
    """Published numbers beside the measured ones of the condition that comes nearest; None if there are none for the data set."""
    found = content['published']
    if not found:
        return None
    models = list(content['header']['models'])
    rows = [
        (one['condition'], one['method'], _marked(one), *_measured(content, models, one['condition']), one['source'], one['note'])
        for one in found
    ]
    head = ('images', 'method', 'published, in %', *(f'{model}, measured here' for model in models), 'source', 'protocol')
    return Table('published', 'Published numbers, not measured here', head, tuple(rows), _note(found))


def published_rows(content: Mapping[str, Any]) -> Iterator[Table]:
    """A table for each set of images that some source has numbers for: our models, a line, and the published methods with their source.

    Sources are numbered, and stated in full with their protocol below the table.
    """
    models = list(content['header']['models'])
    sources: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for one in content['published']:
        sources.setdefault((one['source'], one['note']), []).append(one)
    groups: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for source, numbers in sources.items():
        groups.setdefault(tuple(dict.fromkeys(one['condition'] for one in numbers)), []).append(source)
    for conditions, chosen in groups.items():
        columns = [_measured(content, models, condition) for condition in conditions]
        rows = [(f'{model}, measured here', *(column[number] for column in columns)) for number, model in enumerate(models)]
        for number, source in enumerate(chosen, 1):
            for method in dict.fromkeys(one['method'] for one in sources[source]):
                values = {one['condition']: _marked(one) for one in sources[source] if one['method'] == method}
                rows.append((f'{method} ({number})', *(values.get(condition, '-') for condition in conditions)))
        stated = ' '.join(f'({number}) {source}. {note}' for number, (source, note) in enumerate(chosen, 1))
        note = f'{_note([one for source in chosen for one in sources[source]])} {stated}'
        title = f'Accuracy beside published numbers, in %: {", ".join(conditions)}'
        yield Table('published', title, ('method', *conditions), tuple(rows), note, rule=len(models))


def _measured(content: Mapping[str, Any], models: Sequence[str], condition: str) -> list[str]:
    """What each model reaches here."""
    cells = [cell for section in content['sections'].values() for cell in section['cells']]
    return [percent(find(cells, condition=condition, model=model, metric='accuracy')) for model in models]


def _marked(one: Mapping[str, Any]) -> str:
    return f'[{100 * one["accuracy"]:.2f}]' + (SECOND_HAND if one['second_hand'] else '')


def _note(numbers: Sequence[Mapping[str, Any]]) -> str:
    return _NOTE + (_QUOTED if any(one['second_hand'] for one in numbers) else '')
