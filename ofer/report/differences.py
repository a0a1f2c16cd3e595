"""Differences between models on the same images, corrected over all tests of the report."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import combinations
from typing import NamedTuple

import numpy as np
from scipy.integrate import trapezoid
from scipy.stats import ttest_rel

from ofer.evaluation import bootstrap
from ofer.evaluation.multiplicity import holm
from ofer.evaluation.paired import paired_difference
from ofer.report.cells import Difference
from ofer.report.protocols.base import CLEAN
from ofer.report.results import Result
from ofer.report.sections.context import WITHOUT, Context

CURVES = ('square', 'patches', 'reference')
"""Orders whose pixels are the same for all models, so that the models can be paired."""

BLOCKS = 10
"""Least number of resamples of a bootstrap, in thousands."""


class _Pair(NamedTuple):
    """Answers of two models for the same images.

    Args:
        name: of the images.
        first: answers of one model.
        second: answers of the other.
        balanced: whether balanced accuracies are tested, too.
        decides: see :class:`ofer.report.cells.Difference`.
    """

    name: str
    first: Result
    second: Result
    balanced: bool = False
    decides: bool = True


def differences(context: Context) -> list[Difference]:
    """All pairs of models: McNemar's exact test of accuracies, paired bootstrap of balanced ones, paired t-test of areas under curves.

    The smallest p-value of a bootstrap is 2 divided by its number of resamples, so it has 100 of them for each test of the report: 2 % are
    left after the correction. Where some images are training images, the test without them decides, and the other is left out of the
    correction.
    """
    tests = [one for first, second in combinations(context.results.models, 2) for one in _of_pair(context, first, second)]
    blocks = max(BLOCKS, -(-len(tests) // 10))
    found = [test(blocks) for test in tests]
    values = [one.p_value for one in found if one.decides]
    corrected = iter(holm(values).tolist() if values else [])
    return [replace(one, corrected=next(corrected) if one.decides else None) for one in found]


def _of_pair(context: Context, first: str, second: str) -> Iterator[Callable[[int], Difference]]:
    """The tests of two models, as functions of the number of resamples in thousands."""
    for pair in _pairs(context, first, second):
        if not len(pair.first):
            continue
        yield partial(_of_accuracies, pair, first, second)
        if pair.balanced:
            yield partial(_of_balanced, context, pair, first, second)
    for order, kind in _curves(context):
        areas = [_mean_correct(context, model, order, kind) for model in (first, second)]
        if areas[0] is not None and areas[1] is not None:
            yield partial(_of_areas, context, f'{order}-{kind}', (areas[0], areas[1]), first, second)


def _of_accuracies(pair: _Pair, first: str, second: str, blocks: int) -> Difference:
    del blocks
    paired = paired_difference(pair.first.correct, pair.second.correct)
    return Difference(pair.name, 'accuracy', first, second, *paired, test='McNemar, exact', n=len(pair.first), decides=pair.decides)


def _of_balanced(context: Context, pair: _Pair, first: str, second: str, blocks: int) -> Difference:
    found = context.once(('balanced', pair.name, blocks), lambda: _balanced(context, pair.name, blocks))
    models, n = context.results.models, len(pair.first)
    tested = bootstrap.difference(*(found[models.index(model)] for model in (first, second)))
    return Difference(pair.name, 'balanced_accuracy', first, second, *tested, test='paired bootstrap', n=n, decides=pair.decides)


def _balanced(context: Context, name: str, blocks: int) -> np.ndarray:
    """Balanced accuracies of all models on the same resamples, see :func:`ofer.evaluation.bootstrap.distributions`."""
    results = [next(result for one, result, _ in image_sets(context, model) if one == name) for model in context.results.models]
    metrics = [bootstrap.balanced_accuracy_of(result.target, result.correct) for result in results]
    return bootstrap.distributions(metrics, len(results[0]), blocks)


def _of_areas(context: Context, name: str, areas: tuple[np.ndarray, np.ndarray], first: str, second: str, blocks: int) -> Difference:
    del blocks
    one, other = areas
    found = bootstrap.interval(bootstrap.mean_of(one - other), context.weights(len(one)))
    return Difference(name, 'area', first, second, *found, _p_value(one, other), test='paired t', n=len(one))


def _p_value(one: np.ndarray, other: np.ndarray) -> float:
    """Of the paired t-test; where all differences are equal, of the exact sign test."""
    apart = one - other
    if np.ptp(apart):
        return float(ttest_rel(one, other).pvalue)
    return min(1.0, 2.0 ** (1 - len(apart))) if apart.any() else 1.0


def _pairs(context: Context, first: str, second: str) -> Iterator[_Pair]:
    theirs = {name: result for name, result, _ in image_sets(context, second)}
    for name, result, decides in image_sets(context, first):
        if name in theirs:
            yield _Pair(name, result, theirs[name], True, decides)
    results = context.results
    for condition in context.conditions:
        if condition.name == CLEAN or condition.importance == 'own':
            continue
        if condition.section == 'artificial' and condition.facts['share'] not in (10, 20, 30):
            continue
        if condition.section == 'corruptions' and condition.facts['severity'] != 3:
            continue
        found = [results.get(model, condition.name) for model in (first, second)]
        if found[0] is not None and found[1] is not None:
            yield _Pair(condition.name, found[0], found[1])


def image_sets(context: Context, model: str) -> Iterator[tuple[str, Result, bool]]:
    """Answers for clean images and for lists, and again without training images, if there are some among them.

    Yields:
        Name of the images, answers, and whether tests of them decide.
    """
    faces, results = context.results.faces, context.results
    found = [
        (CLEAN, results.get(model), faces.labelled),
        *((name, results.listed(model, name), one.rows) for name, one in faces.lists.items()),
    ]
    for name, result, rows in found:
        if result is None:
            continue
        kept = context.kept(rows)
        if kept is None or not len(kept):
            yield name, result, True
        else:
            yield name, result, False
            yield name + WITHOUT, result.select(kept), True


def _curves(context: Context) -> list[tuple[str, str]]:
    found = [(c.facts['order'], c.facts['fill']) for c in context.conditions if c.section == 'artificial']
    return [pair for pair in dict.fromkeys(found) if pair[0] in CURVES]


def _mean_correct(context: Context, model: str, order: str, kind: str) -> np.ndarray | None:
    """Area under the curve of each image from 0 % on, by the trapezoidal rule; None if something was not computed."""
    shares, values = [0], [context.results.get(model)]
    for condition in context.conditions:
        if condition.section == 'artificial' and (condition.facts['order'], condition.facts['fill']) == (order, kind):
            shares.append(condition.facts['share'])
            values.append(context.results.get(model, condition.name))
    if len(shares) < 2 or any(one is None for one in values):
        return None
    x = np.array(shares, float)
    y = np.stack([one.correct.astype(float) for one in values if one is not None])
    return trapezoid(y, x, axis=0) / (x[-1] - x[0])
