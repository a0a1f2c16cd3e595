"""The tables of a report, as text in cells: the same for Markdown, LaTeX and HTML."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MARK = '†'
"""Of numbers that something could contaminate."""

Cells = list[dict[str, Any]]


@dataclass(frozen=True)
class Table:
    """A table.

    Args:
        section: to which it belongs.
        title: above it.
        head: titles of the columns; the first holds words.
        rows: texts, as many as there are titles.
        note: below it; may be empty.
        rule: number of rows above a line; 0: no line.
    """

    section: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ''
    rule: int = 0


def percent(cell: Mapping[str, Any] | None, interval: bool = True) -> str:
    """A share in percent, with its interval, and the mark of contamination."""
    if cell is None or cell['value'] is None:
        return '-'
    return f'{100 * cell["value"]:.2f}' + (_ends(cell, 100, 1) if interval else '') + (MARK if cell['flags'] else '')


def plain_number(cell: Mapping[str, Any] | None) -> str:
    """A number with three decimals, with its interval, and the mark of contamination."""
    if cell is None or cell['value'] is None:
        return '-'
    return f'{cell["value"]:.3f}' + _ends(cell, 1, 3) + (MARK if cell['flags'] else '')


def _ends(cell: Mapping[str, Any], factor: int, decimals: int) -> str:
    """The interval of a number; empty if it has none."""
    if cell['low'] is None or cell['high'] is None:
        return ''
    low, high = (round(factor * cell[end], decimals) + 0.0 for end in ('low', 'high'))  # no -0.0
    return f' ({low:.{decimals}f} to {high:.{decimals}f})'


def find(cells: Cells, **wanted: Any) -> dict[str, Any] | None:
    """The first cell with these entries."""
    return next((cell for cell in cells if all(cell[key] == value for key, value in wanted.items())), None)


def pivot(
    cells: Cells, rows: Sequence[str], columns: Sequence[tuple[str, str]], key: str, show: Callable[..., str] = percent
) -> tuple[tuple[str, ...], ...]:
    """Rows of a table: one for each model or condition.

    Args:
        cells: of a section.
        rows: values of ``key``.
        columns: the other of model and condition, and the metric, of each column.
        key: ``model`` or ``condition``: what the rows are.
        show: text of a cell.
    """
    other = 'condition' if key == 'model' else 'model'
    return tuple((row, *(show(find(cells, **{key: row, other: name, 'metric': metric})) for name, metric in columns)) for row in rows)


def tables(content: Mapping[str, Any]) -> Iterator[Table]:
    """All tables, in the order of the report."""
    models = list(content['header']['models'])
    for name, section in content['sections'].items():
        if section['cells']:
            yield from MAKERS[name](section['cells'], models, content)


def clean_tables(cells: Cells, models: list[str], content: Mapping[str, Any]) -> Iterator[Table]:
    """Clean."""
    for condition in dict.fromkeys(cell['condition'] for cell in cells):
        metrics = {
            'WAR': ('accuracy', percent),
            'UAR': ('balanced_accuracy', percent),
            'macro-F1': ('macro_f1', percent),
            'ECE': ('ece', percent),
            'Brier': ('brier', plain_number),
        }
        rows = []
        for model in models:
            found = [(find(cells, model=model, condition=condition, metric=metric), show) for metric, show in metrics.values()]
            n = next((cell['n'] for cell, _ in found if cell is not None), 0)
            rows.append((model, str(n), *(show(cell) for cell, show in found)))
        yield Table('clean', f'{condition.capitalize()}, in %', ('model', 'images', *metrics), tuple(rows))
        classes = content['header']['data']['classes']
        columns = [(condition, f'recall_{name}') for name in classes]
        yield Table(
            'clean',
            f'Recall of each class, {condition}, in %',
            ('model', *classes),
            pivot(cells, models, columns, 'model', lambda cell: percent(cell, interval=False)),
        )


def artificial_tables(cells: Cells, models: list[str], content: Mapping[str, Any]) -> Iterator[Table]:
    """Artificial occlusion."""
    del content
    for kind, title in (('black', 'A black square'), ('mean', 'A square of the mean colour')):
        names = [f'square-{kind}-{share}' for share in (10, 20, 30)]
        head = ('model', *(f'{share} %' for share in (10, 20, 30)), *(f'loss at {share} %' for share in (10, 20, 30)))
        columns = [*((name, 'accuracy') for name in names), *((name, 'drop') for name in names)]
        yield Table('artificial', f'{title}: accuracy, and accuracy lost', head, pivot(cells, models, columns, 'model'))
    curves = list(dict.fromkeys(cell['condition'] for cell in cells if cell['metric'] == 'area'))
    rows = pivot(cells, curves, [(model, 'area') for model in models], 'condition')
    upto = max((cell['facts']['upto'] for cell in cells if cell['metric'] == 'area'), default=0)
    if curves:
        yield Table('artificial', f'Area under the curve from 0 to {upto} %: mean accuracy', ('order and fill', *models), rows)


def object_tables(cells: Cells, models: list[str], content: Mapping[str, Any]) -> Iterator[Table]:
    """Objects over faces."""
    del content
    kinds = list(dict.fromkeys(cell['condition'] for cell in cells if cell['metric'] == 'drop'))
    yield Table('objects', 'Accuracy by object, in %', ('object', 'covers', *models), _with_covered(cells, kinds, models))
    shares = [name for name in dict.fromkeys(cell['condition'] for cell in cells) if name not in kinds]
    if shares:
        rows = pivot(cells, shares, [(model, 'accuracy') for model in models], 'condition')
        yield Table('objects', 'Accuracy by covered share of the image, in %', ('objects', *models), rows)


def region_tables(cells: Cells, models: list[str], content: Mapping[str, Any]) -> Iterator[Table]:
    """Facial regions."""
    del content
    names = list(dict.fromkeys(cell['condition'] for cell in cells))
    yield Table('regions', 'Accuracy without a region, in %', ('region and fill', 'covers', *models), _with_covered(cells, names, models))
    rows = pivot(cells, names, [(model, 'drop') for model in models], 'condition')
    yield Table('regions', 'Accuracy lost without a region, in %', ('region and fill', *models), rows)
    rows = pivot(cells, names, [(model, 'drop_per_percent') for model in models], 'condition')
    yield Table('regions', 'Accuracy lost for each percent of the image that the region covers, in %', ('region and fill', *models), rows)


def real_tables(cells: Cells, models: list[str], content: Mapping[str, Any]) -> Iterator[Table]:
    """Published lists."""
    lists = list(content['header']['data']['lists'])
    shown: dict[str, tuple[str, Callable[..., str]]] = {
        'accuracy': ('Accuracy (WAR) on published lists, in %', percent),
        'balanced_accuracy': ('Balanced accuracy (UAR) on published lists, in %', percent),
        'macro_f1': ('Macro-F1 on published lists, in %', percent),
        'ece': ('Expected calibration error (ECE) on published lists, in %', percent),
        'brier': ('Brier score on published lists', plain_number),
    }
    for metric, (title, show) in shown.items():
        rows = []
        for name in dict.fromkeys(cell['condition'] for cell in cells if cell['metric'] == metric):
            found = [find(cells, condition=name, model=model, metric=metric) for model in models]
            rows.append((name, str(next((cell['n'] for cell in found if cell is not None), 0)), *map(show, found)))
        if lists and rows:
            yield Table('real', title, ('list', 'images', *models), tuple(rows))


def corruption_tables(cells: Cells, models: list[str], content: Mapping[str, Any]) -> Iterator[Table]:
    """Corruptions."""
    names = list(dict.fromkeys(cell['facts']['corruption'] for cell in cells if 'corruption' in cell['facts']))
    rows = pivot(cells, names, [(model, 'accuracy') for model in models], 'condition')
    yield Table('corruptions', 'Accuracy, mean over severities, in %', ('corruption', *models), rows)
    columns = [('all corruptions', metric) for metric in ('accuracy', 'mce', 'relative_mce')]
    title = f'Mean corruption error, in % of that of {content["header"]["baseline"]}'
    yield Table('corruptions', title, ('model', 'mean accuracy', 'mCE', 'relative mCE'), pivot(cells, models, columns, 'model'))


def selective_tables(cells: Cells, models: list[str], content: Mapping[str, Any]) -> Iterator[Table]:
    """Selective prediction."""
    del content
    titles = {
        'aurc': 'Area under risk and coverage, in % (lower is better)',
        'accuracy_at_80': 'Accuracy on the surest 80 % of the images, in %',
        'confidence_gap': 'Mean confidence minus accuracy, in %',
        'confidence': 'Mean confidence by covered share, in %',
    }
    for metric, title in titles.items():
        names = list(dict.fromkeys(cell['condition'] for cell in cells if cell['metric'] == metric))
        if names:
            rows = pivot(cells, names, [(model, metric) for model in models], 'condition')
            yield Table('selective', title, ('images', *models), rows)
    names = list(dict.fromkeys(cell['condition'] for cell in cells if cell['metric'] == 'doubt_grows'))
    if names:
        rows = pivot(cells, names, [(model, 'doubt_grows') for model in models], 'condition', plain_number)
        note = 'Rank correlation of doubt and covered share within each image: 1, doubt always grows; 0, it has nothing to do with it.'
        yield Table('selective', 'Does doubt grow with occlusion?', ('curve', *models), rows, note)


def stability_tables(cells: Cells, models: list[str], content: Mapping[str, Any]) -> Iterator[Table]:
    """Stability."""
    del content
    titles = {
        'flips': 'Answers that differ from those for the clean image, in %',
        'confidence_of_flips': 'Confidence of these answers, in %',
        'map_iou': 'Occlusion map against what is covered: intersection over union of patches, in %',
    }
    for metric, title in titles.items():
        names = list(dict.fromkeys(cell['condition'] for cell in cells if cell['metric'] == metric))
        if names:
            rows = pivot(cells, names, [(model, metric) for model in models], 'condition')
            yield Table('stability', title, ('condition', *models), rows)


def detection_tables(cells: Cells, models: list[str], content: Mapping[str, Any]) -> Iterator[Table]:
    """Detection."""
    del models, content
    names = list(dict.fromkeys(cell['condition'] for cell in cells))
    rows = pivot(cells, names, [('detector', 'found'), ('detector', 'drop')], 'condition')
    yield Table('detection', 'Faces that the detector finds, in %', ('condition', 'found', 'fewer than clean'), rows)


def _with_covered(cells: Cells, names: Sequence[str], models: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    rows = []
    for name in names:
        covered = find(cells, condition=name, metric='covered')
        accuracies = (find(cells, condition=name, model=model, metric='accuracy') for model in models)
        rows.append((name, percent(covered, interval=False), *map(percent, accuracies)))
    return tuple(rows)


MAKERS: dict[str, Callable[[Cells, list[str], Mapping[str, Any]], Iterator[Table]]] = {
    'clean': clean_tables,
    'artificial': artificial_tables,
    'objects': object_tables,
    'regions': region_tables,
    'real': real_tables,
    'corruptions': corruption_tables,
    'selective': selective_tables,
    'stability': stability_tables,
    'detection': detection_tables,
}


def differences_table(content: Mapping[str, Any]) -> Table | None:
    """What may be called a difference, and how many tests there were; None for a single model."""
    found = content['differences']
    if not found:
        return None
    rows = tuple(
        (
            f'{one["condition"]}, {one["metric"].replace("_", " ")}',
            f'{one["first"]} - {one["second"]}',
            f'{100 * one["difference"]:+.2f} ({100 * one["low"]:+.1f} to {100 * one["high"]:+.1f})' + (MARK if one['flags'] else ''),
            f'{one["p_value"]:.2g}',
            f'{one["corrected"]:.2g}' if one['decides'] else '-',
            ('yes' if one['significant'] else 'no') if one['decides'] else 'does not decide',
        )
        for one in found
    )
    deciding = sum(one['decides'] for one in found)
    note = f'{deciding} tests, corrected over all of them (Holm). Only below 5 % after the correction is it called a difference.'
    if deciding < len(found):
        note += ' Some images of the other tests are also training images of the data set; the test without duplicates decides.'
    head = ('condition and metric', 'models', 'difference in %', 'p', 'p, corrected', 'different')
    return Table('differences', 'Differences between models, on the same images', head, rows, note)
