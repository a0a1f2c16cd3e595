"""Reads what ``ofer test`` wrote: predictions (``--dump``) and metrics (``--out``), and refuses what is not that."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def read_predictions(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Predictions of each test set, by its name.

    Args:
        path: a JSON file; others are refused, since reading a pickle runs what it carries.

    Returns:
        A dict for each image, with at least ``img_path`` (str, each once), ``pred_label`` and ``gt_label`` (class indices from 0).

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is of another kind, or an entry lacks something.
    """
    remedy = 'Give what ofer test wrote with --dump; --out writes metrics only.'
    sets = _sets(path, '--dump FILE.json')
    for name, samples in sets.items():
        if not isinstance(samples, list) or not samples:
            raise ValueError(f'{path}: holds no predictions of {name!r}. {remedy}')
        for number, sample in enumerate(samples):
            place = f'{path}: {name!r}, entry {number}'
            if not isinstance(sample, Mapping):
                raise ValueError(f'{place}: holds no predictions. {remedy}')
            if not isinstance(sample.get('img_path'), str):
                raise ValueError(f'{place}: img_path={sample.get("img_path")!r}: expected the path of an image. {remedy}')
            for key in ('pred_label', 'gt_label'):
                value = sample.get(key)
                if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                    raise ValueError(f'{place}: {key}={value!r}: expected the index of a class, from 0. {remedy}')
        if len({sample['img_path'] for sample in samples}) != len(samples):
            raise ValueError(f'{path}: {name!r} has an image twice. {remedy}')
    return sets


def probabilities(path: Path, name: str, samples: Sequence[Mapping[str, Any]]) -> list[list[float]]:
    """Probabilities of the classes for each image of a test set, which predictions have as ``pred_score``.

    Args:
        path: the file of :func:`read_predictions`, for messages.
        name: of the test set, for messages.
        samples: its predictions.

    Raises:
        ValueError: a prediction has none, or not one for each class.
    """
    found: list[list[float]] = []
    for number, sample in enumerate(samples):
        values = sample.get('pred_score')
        if not isinstance(values, list) or not all(isinstance(value, (int, float)) and 0 <= value < math.inf for value in values):
            raise ValueError(f'{path}: {name!r}, entry {number}: pred_score={values!r}: expected probabilities. Test again with --dump.')
        if len(values) != len((found or [values])[0]) or sample['gt_label'] >= len(values):
            raise ValueError(f'{path}: {name!r}, entry {number}: {len(values)} probabilities are not one a class. Test again with --dump.')
        found.append(values)
    return found


def read_metrics(path: Path) -> dict[str, dict[str, float]]:
    """Metrics of each test set, by its name.

    Args:
        path: a JSON file.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is of another kind, or a value is no number.
    """
    remedy = 'Test again with --out FILE.json.'
    found: dict[str, dict[str, float]] = {}
    for name, one in _sets(path, '--out FILE.json').items():
        values = one.get('measures') if isinstance(one, Mapping) else None
        if not isinstance(values, Mapping):
            raise ValueError(f'{path}: no metrics of ofer test: {name!r} has no measures. {remedy}')
        for key, value in values.items():
            if value is None:  # what could not be computed, as AUROC of one class
                continue
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise ValueError(f'{path}: no metrics of ofer test: {name!r}: {key}={value!r}: expected a number. {remedy}')
            if math.isinf(value):
                raise ValueError(f'{path}: {name!r}: {key}={value!r}: expected a finite number. {remedy}')
        found[name] = dict(values)
    return found


def _sets(path: Path, option: str) -> dict[str, Any]:
    if path.suffix != '.json':
        raise ValueError(f'{path}: expected a .json file; others could run code when read. Test again with {option}.')
    if path.is_dir():
        raise ValueError(f'{path}: a folder, where a file was expected.')
    try:
        content = json.loads(path.read_text(encoding='utf-8'))
    except (ValueError, RecursionError) as error:
        raise ValueError(f'{path}: no JSON ({error}). Test again with {option}.') from error
    sets = content.get('sets') if isinstance(content, dict) else None
    if not isinstance(sets, dict) or not sets:
        raise ValueError(f'{path}: no predictions or metrics of ofer test: it has no test sets. Test again with {option}.')
    return sets
