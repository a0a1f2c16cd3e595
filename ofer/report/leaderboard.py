"""A leaderboard from a folder of reports: each file is checked, and only equal protocols on equal images share a table."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ofer.evaluation.report import markdown_table
from ofer.report.protocols import SECTIONS
from ofer.report.rendering.html import page_environment
from ofer.report.rendering.tables import MARK, find, percent
from ofer.report.schema import read_report

COLUMNS: dict[str, tuple[str, str]] = {
    'clean': ('clean', 'accuracy'),
    'UAR': ('clean', 'balanced_accuracy'),
    'black 10 %': ('square-black-10', 'accuracy'),
    'black 20 %': ('square-black-20', 'accuracy'),
    'black 30 %': ('square-black-30', 'accuracy'),
    'random patches, curve': ('patches-black', 'area'),
    'own important patches, curve': ('own-black', 'area'),
    'face mask': ('drawn-mask', 'accuracy'),
    'sunglasses': ('drawn-sunglasses', 'accuracy'),
    'really occluded': ('occlusion', 'accuracy'),
    'corruptions': ('all corruptions', 'accuracy'),
}
"""Condition and metric of each column; a column without numbers is left out."""
SORTED_BY = ('random patches, curve', 'black 30 %', 'clean')
"""The first of these columns that a table has sorts it."""


@dataclass(frozen=True)
class Board:
    """A table of models that were shown the same pixels.

    Args:
        title: data set, protocol and seed.
        head: titles of the columns.
        rows: texts, the best model first.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Leaderboard:
    """All tables, and the files that were refused.

    Args:
        boards: the tables.
        refused: a sentence for each file.
    """

    boards: tuple[Board, ...]
    refused: tuple[str, ...]


def read_leaderboard(folder: str | Path) -> Leaderboard:
    """The leaderboard of a folder.

    Args:
        folder: with report files (``*.json``), also in subfolders, but not the answers of a report.

    Raises:
        FileNotFoundError: the folder does not exist or has no reports.
    """
    folder = Path(folder)
    found = folder.rglob('*.json') if folder.is_dir() else []
    files = sorted(path for path in found if 'answers' not in path.relative_to(folder).parts)
    if not files:
        raise FileNotFoundError(f'{folder}: no reports there. Put report.json files of ofer report into it.')
    groups: dict[tuple[Any, ...], list[tuple[Path, dict[str, Any]]]] = {}
    refused = []
    for path in files:
        try:
            content = read_report(path)
            _check_hashes(content, path)
        except ValueError as error:
            refused.append(str(error))
            continue
        settings, data = content['header']['settings'], content['header']['data']
        extent = _extent(settings)
        images = data['title'], data['sha256'], tuple(data['classes'])
        key = (*images, content['protocol'], settings['seed'], extent, *_networks(content))
        groups.setdefault(key, []).append((path, content))
    return Leaderboard(tuple(_board(key, found) for key, found in sorted(groups.items())), tuple(refused))


def leaderboard_markdown(board: Leaderboard) -> str:
    """The leaderboard as Markdown."""
    lines = [
        '# Leaderboard',
        '',
        f'Accuracy in %, with 95 % intervals. {MARK}: something could make the number better than it should be.',
        '',
    ]
    for one in board.boards:
        lines += [f'## {one.title}', '', markdown_table(one.head, one.rows), '']
    if board.refused:
        lines += ['## Refused', '', *(f'* {reason}' for reason in board.refused), '']
    return '\n'.join(lines)


def leaderboard_html(board: Leaderboard) -> str:
    """The leaderboard as a page that opens without a network."""
    page = page_environment().get_template('leaderboard.html').render(boards=board.boards, refused=board.refused, mark=MARK)
    return page.replace(' %', '&nbsp;%')


def _check_hashes(content: Mapping[str, Any], path: Path) -> None:
    """A model of this library must state its weights: otherwise nobody can measure it again."""
    for name, facts in content['header']['models'].items():
        weights = _weight_hashes(facts)
        if facts.get('kind') not in ('callable', 'adapter') and not weights:
            raise ValueError(f'{path}: {name} states no hash of its weights. Write the report from a config with its checkpoint.')
        stated = [one for one in (*weights, facts.get('config_sha256')) if one is not None]
        if not all(isinstance(one, str) and re.fullmatch('[0-9a-fA-F]{64}', one) for one in stated):
            raise ValueError(f'{path}: {name}: a hash is no SHA-256')


def _weight_hashes(facts: Mapping[str, Any]) -> list[Any]:
    """Of the weights of a model and of its stages and priors, as far as they are stated."""
    return [one for one in (facts.get('weights_sha256'), *(facts.get('stages_sha256') or {}).values()) if one is not None]


def _extent(settings: Mapping[str, Any]) -> str:
    """What of the protocol was measured."""
    kind = 'quick' if settings['quick'] else 'whole protocol'
    if set(SECTIONS) - {'detection'} <= set(settings['sections']):
        return kind
    return ' and '.join(settings['sections']) + (', quick' if settings['quick'] else '')


def _networks(content: Mapping[str, Any]) -> tuple[str, str]:
    """What places occlusion: the network of the reference order, and that of the landmarks."""
    reference, landmarks = (json.dumps(content['header'].get(name), sort_keys=True) for name in ('reference', 'landmarks'))
    return reference, landmarks


def _board(key: tuple[Any, ...], found: Sequence[tuple[Path, Mapping[str, Any]]]) -> Board:
    title, sha256, _, protocol, seed, extent, *_ = key
    models = [(path, content, name) for path, content in found for name in content['header']['models']]
    cells = {id(content): [cell for section in content['sections'].values() for cell in section['cells']] for _, content in found}
    values = [
        {words: find(cells[id(content)], model=name, condition=condition, metric=metric) for words, (condition, metric) in COLUMNS.items()}
        for _, content, name in models
    ]
    shown = [words for words in COLUMNS if any(row[words] is not None for row in values)]
    by = next((words for words in SORTED_BY if words in shown), shown[0] if shown else '')

    def place(number: int) -> float:
        cell = values[number].get(by)
        return -(cell['value'] if cell is not None and cell['value'] is not None else -1.0)

    rows = []
    for rank, number in enumerate(sorted(range(len(models)), key=place), 1):
        path, content, name = models[number]
        weights = ', '.join(one[:12] for one in _weight_hashes(content['header']['models'][name])) or '-'
        cells_of_row = [percent(values[number][words], interval=words in ('clean', 'really occluded')) for words in shown]
        rows.append((f'{rank}. {name}', *cells_of_row, weights, path.stem if path.stem != 'report' else path.parent.name))
    head = ('model', *shown, 'weights', 'report')
    return Board(f'{title} ({sha256[:12]}), protocol {protocol}, seed {seed}, {extent}; sorted by {by}', head, tuple(rows))
