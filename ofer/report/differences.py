"""Differences between models on the same images, corrected over all tests of the report."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import combinations

import numpy as np
from scipy.integrate import trapezoid
from scipy.stats import ttest_rel

from ofer.evaluation import bootstrap
from ofer.evaluation.multiplicity import holm
from ofer.evaluation.paired import paired_difference
from ofer.report.cells import Difference
from ofer.report.protocols.base import CLEAN
from ofer.report.results import Result, Results
from ofer.report.sections.context import Context

CURVES = ('square', 'patches', 'reference')
"""Orders whose pixels are the same for all models, so that the models can be paired."""

BLOCKS = 10
"""Least number of resamples of a bootstrap, in thousands."""


def differences(context: Context) -> list[Difference]:
    """All pairs of models: McNemar's exact test of accuracies, paired bootstrap of balanced ones, paired t-test of areas under curves.

    The smallest p-value of a bootstrap is 2 divided by its number of resamples, so it has 100 of them for each test of the report: 2 % are
    left after the correction.
    """
    tests = [one for first, second in combinations(context.results.models, 2) for one in _of_pair(context, first, second)]
    blocks = max(BLOCKS, -(-len(tests) // 10))
    found = [test(blocks) for test in tests]
    corrected = holm([one.p_value for one in found]).tolist() if found else []
    return [
        replace(one, corrected=value, flags=tuple(dict.fromkeys((*context.flags_of(one.first), *context.flags_of(one.second)))))
        for one, value in zip(found, corrected, strict=True)
    ]


def _of_pair(context: Context, first: str, second: str) -> Iterator[Callable[[int], Difference]]:
    """The tests of two models, as functions of the number of resamples in thousands."""
    for name, pair in _pairs(context, first, second):
        if not len(pair[0]):
            continue
        yield partial(_of_accuracies, name, pair, first, second)
        if name == CLEAN or name in context.results.faces.lists:
            yield partial(_of_balanced, name, pair, first, second)
    for order, kind in _curves(context):
        areas = [_mean_correct(context, model, order, kind) for model in (first, second)]
        if areas[0] is not None and areas[1] is not None:
            yield partial(_of_areas, context, f'{order}-{kind}', (areas[0], areas[1]), first, second)


def _of_accuracies(name: str, pair: tuple[Result, Result], first: str, second: str, blocks: int) -> Difference:
    del blocks
    paired = paired_difference(pair[0].correct, pair[1].correct)
    return Difference(name, 'accuracy', first, second, *paired, test='McNemar, exact', n=len(pair[0]))


def _of_balanced(name: str, pair: tuple[Result, Result], first: str, second: str, blocks: int) -> Difference:
    one, other = (bootstrap.balanced_accuracy_of(result.target, result.correct) for result in pair)
    tested = bootstrap.difference(one, other, len(pair[0]), blocks)
    return Difference(name, 'balanced_accuracy', first, second, *tested, test='paired bootstrap', n=len(pair[0]))


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


def _pairs(context: Context, first: str, second: str) -> Iterator[tuple[str, tuple[Result, Result]]]:
    results = context.results
    for condition in context.conditions:
        if condition.importance == 'own' or (condition.section == 'artificial' and condition.facts['share'] not in (10, 20, 30)):
            continue
        if condition.section == 'corruptions' and condition.facts['severity'] != 3:
            continue
        found = [results.get(model, condition.name) for model in (first, second)]
        if found[0] is not None and found[1] is not None:
            yield condition.name, (found[0], found[1])
    yield from _listed(results, first, second)


def _listed(results: Results, first: str, second: str) -> Iterator[tuple[str, tuple[Result, Result]]]:
    for name in results.faces.lists:
        found = [results.listed(model, name) for model in (first, second)]
        if found[0] is not None and found[1] is not None:
            yield name, (found[0], found[1])


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
