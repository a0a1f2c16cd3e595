"""The page about the weights of the package, from their cards: ``ofer/weights/README.md``."""

import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ofer.engine.checkpoints.atomic_backend import AtomicBackend
from ofer.engine.packaging import file_facts, read_card, write_card
from ofer.evaluation.functional import wilson_interval
from ofer.evaluation.report import markdown_table
from ofer.shipped import config_files, config_folder
from ofer.stored import read_json
from ofer.weights import read_cards

LIMIT = 20_000_000
"""Bytes of all weights of the package together."""
TEXTS = ('data', 'licence', 'recipe', 'intended', 'unfit', 'title')
"""What a new file takes from the card of the one that it replaces, if its own card lacks it."""
ACCURACY = 'accuracy'

HEAD = """# Weights that come with the package

Half precision, `.safetensors`; `ofer.weights.shipped_file(name)` checks the SHA-256 before a file is used. Accuracy in percent, in brackets
95 % Wilson intervals. This page is written by `ofer zoo ship` from the cards beside the files; do not edit it.
"""


def ship(source: Path, names: Sequence[str], package: Path) -> list[Path]:
    """Put weights and their cards into the package, in the place of those of the same names, and write its page.

    Args:
        source: folder with ``NAME.safetensors`` and ``NAME.json`` of each.
        names: which; empty: all in the folder.
        package: folder of the weights of the package.

    Returns:
        The new files of weights.

    Raises:
        FileNotFoundError: the folder has no such weights, or a file has no card.
        ValueError: a card lacks a text, or all weights together are larger than :data:`LIMIT`. Nothing is changed.
    """
    names = names or sorted(path.stem for path in source.glob('*.safetensors'))
    if not names:
        raise FileNotFoundError(f'{source}: has no .safetensors; ofer zoo train writes them to OUT/weights')
    cards = {name: _completed(source / f'{name}.json', package / f'{name}.json') for name in names}
    others = [path for path in package.glob('*.safetensors') if path.stem.rpartition('-')[0] not in names]
    total = sum(card['bytes'] for card in cards.values()) + sum(path.stat().st_size for path in others)
    if total > LIMIT:
        raise ValueError(f'the weights of the package would have {total / 1e6:.1f} MB together; at most {LIMIT / 1e6:.0f} are allowed')
    written = []
    for name, card in cards.items():
        for old in package.glob(f'{name}-*.safetensors'):
            old.unlink()
        written.append(package / f'{name}-{card["sha256"][:8]}.safetensors')
        shutil.copyfile(source / f'{name}.safetensors', written[-1])
        write_card(package / f'{name}.json', card)
    write_page(package)
    return written


def _completed(new: Path, old: Path) -> dict[str, Any]:
    card = read_card(new) if 'sha256' in _json(new) else {**file_facts(new.with_suffix('.safetensors')), **_json(new)}
    before = _json(old) if old.is_file() else {}
    card = {**{name: before[name] for name in TEXTS if name in before}, **card}
    if lacking := [name for name in TEXTS if not card.get(name)]:
        raise ValueError(f'{new}: lacks {", ".join(lacking)}')
    return card


def _json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise FileNotFoundError(f'{path}: no such card; each file of weights needs one')
    return read_json(path, 'Write it again with ofer zoo train.')


def write_page(package: Path) -> Path:
    """Write ``README.md`` from the cards in a folder."""
    cards = read_cards(package)
    path = package / 'README.md'
    AtomicBackend().put_text('\n'.join([HEAD, _overview(cards), *(_section(name, card) for name, card in cards.items())]), path)
    return path


def _overview(cards: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        [f'[`{name}`](#{name})', f'{card["parameters"] / 1e6:.2f}', f'{card["bytes"] / 1e6:.2f}', f'`{card["config"]}`', card['title']]
        for name, card in cards.items()
    ]
    total = sum(card['bytes'] for card in cards.values()) / 1e6
    table = markdown_table(['weights', 'parameters, M', 'MB', 'config', 'what'], rows)
    return f'{table}\n\nTogether {total:.1f} MB.\n'


def _section(name: str, card: Mapping[str, Any]) -> str:
    parts = [f'## `{name}`', card['title'], _facts(card)]
    parts += [f'**Data.** {card["data"]}', f'**Licence.** {card["licence"]}', f'**Recipe.** {_recipe(card)}']
    measured = card.get('measured') or {}
    tables = [_accuracies(measured), _others(measured), card.get('measured_text', '')]
    if any(tables):
        mirrored = ', mirror averaged' if card.get('mirror_averaged') else ''
        parts += [f'**Measured**{mirrored}.', *(table for table in tables if table)]
    parts += [f'**For:** {card["intended"]}', f'**Not for:** {card["unfit"]}']
    return '\n\n'.join(parts) + '\n'


def _facts(card: Mapping[str, Any]) -> str:
    name = card['config']
    file = config_files().get(name)
    shown = f'[`{name}`](../../configs/{file.relative_to(config_folder()).as_posix()})' if file else f'`{name}`'
    facts = [f'Config {shown}', f'{card["parameters"] / 1e6:.2f} M parameters', f'{card["bytes"] / 1e6:.2f} MB']
    if card.get('classes'):
        facts.append(f'classes {", ".join(card["classes"])}')
    if card.get('aligner'):
        facts.append(f'aligner `{card["aligner"]["type"]}`, {card["aligner"].get("size")} pixels')
    facts += [f'{title} {card[key]:.4g}' for key, title in (('temperature', 'temperature'),) if card.get(key)]
    return f'{"; ".join(facts)}. SHA-256 `{card["sha256"]}`.'


def _recipe(card: Mapping[str, Any]) -> str:
    """The text of the card, or a line for each stage; and the seeds."""
    recipe = card['recipe']
    if not isinstance(recipe, str):
        steps = [f'{stage}: `{one["config"]}`{_length(one)}' for stage, one in recipe.items() if one.get('config')]
        recipe = f'`ofer zoo train`: {"; ".join(steps)}.'
    seeds = card.get('seeds') or ([card['seed']] if card.get('seed') is not None else [])
    length = f' {card["epoch"]} epochs.' if card.get('epoch') and isinstance(card['recipe'], dict) else ''
    return recipe + length + (f' Seed{"s" if len(seeds) > 1 else ""} {", ".join(map(str, seeds))}.' if seeds else '')


def _length(one: Mapping[str, Any]) -> str:
    return f', {one["length"]} of {one["full"]} {one["unit"]}' if 'length' in one else ''


def _accuracies(measured: Mapping[str, Mapping[str, float]]) -> str:
    rows = []
    for name, found in measured.items():
        if found.get(ACCURACY) is None or not found.get('n'):
            continue
        low, high = (100 * end for end in wilson_interval(round(found[ACCURACY] * found['n'] / 100), int(found['n'])))
        calibration = f'{found["ece"]:.1f}' if found.get('ece') is not None else '-'
        rows.append([_words(name), str(int(found['n'])), f'{found[ACCURACY]:.1f} ({low:.1f} to {high:.1f})', calibration])
    return markdown_table(['test set', 'images', 'accuracy', 'calibration error'], rows) if rows else ''


def _others(measured: Mapping[str, Mapping[str, float]]) -> str:
    """All results on sets that are not measured by accuracy."""
    rows = [
        [_words(name), _words(measure), f'{value:.4g}']
        for name, found in measured.items()
        if found.get(ACCURACY) is None
        for measure, value in found.items()
        if isinstance(value, (int, float)) and 'time' not in measure
    ]
    return markdown_table(['test set', 'measure', 'value'], rows) if rows else ''


def _words(name: str) -> str:
    return re.sub(r'_+', ' ', name)
