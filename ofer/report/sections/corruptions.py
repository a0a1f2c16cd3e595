"""The fifteen common corruptions."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from ofer.evaluation import bootstrap
from ofer.report.cells import Cell, Section
from ofer.report.protocols.base import CLEAN
from ofer.report.sections.context import Context, share_cell

SECTION = 'corruptions'


def corruptions(context: Context) -> Section:
    """Accuracy under each corruption and severity; mean corruption errors relative to the baseline.

    The corruption error of a model is the sum of its error rates over the severities, divided by that of the baseline; ``mce`` is its mean
    over the corruptions (Hendrycks and Dietterich). ``relative_mce`` takes the clean error away from every error rate first. The baseline
    itself has 1.
    """
    cells: list[Cell] = []
    errors: dict[str, dict[str, list[np.ndarray]]] = defaultdict(lambda: defaultdict(list))  # (N,) of each severity
    for condition, model, result in context.measured(SECTION):
        cells.append(share_cell(SECTION, model, condition.name, 'accuracy', result.correct, condition.facts))
        errors[model][condition.facts['corruption']].append(1.0 - result.correct)
    problems = context.problems(SECTION)
    weights = context.weights(len(context.results.faces.labelled))
    for model, found in errors.items():
        n = weights.shape[1]
        right = 1 - np.mean([one for severities in found.values() for one in severities], 0)
        mean = bootstrap.interval(bootstrap.mean_of(right), weights)
        cells.append(Cell(SECTION, model, 'all corruptions', 'accuracy', *mean, n))
        for name, values in found.items():
            mean = bootstrap.interval(bootstrap.mean_of(1 - np.mean(values, 0)), weights)
            cells.append(Cell(SECTION, model, name, 'accuracy', *mean, n=n, facts=dict(corruption=name)))
        if context.baseline not in errors:
            continue
        for metric, relative in (('mce', False), ('relative_mce', True)):
            above, below = (_summed(context, one, [errors[one][name] for name in found], relative) for one in (model, context.baseline))
            if not (below.sum(0) > 0).all():
                problems.append(f'{model}: no {metric}, because the baseline {context.baseline} loses nothing by some corruption')
                continue
            ratio = bootstrap.mean_ratio_of(above, below)
            value, low, high = bootstrap.interval(ratio, weights)
            ends: tuple[float | None, float | None] = (low, high)
            if np.isnan(ratio(weights)).any():
                ends = (None, None)
                problems.append(
                    f'{model}: no interval of {metric}, because the baseline {context.baseline} loses so little by some corruption that it '
                    'loses nothing in some resamples'
                )
            facts = dict(baseline=context.baseline)
            cells.append(Cell(SECTION, model, 'all corruptions', metric, value, *ends, n=n, facts=facts))
    return Section(tuple(cells), problems=tuple(dict.fromkeys(problems)))


def _summed(context: Context, model: str, errors: Sequence[Sequence[np.ndarray]], relative: bool) -> np.ndarray:
    """Errors of each image under each corruption, summed over severities, ``(N, corruptions)``.

    Args:
        context: of the report.
        model: its name.
        errors: ``(N,)`` of each severity, for each corruption.
        relative: minus the clean error for each severity.
    """
    clean = context.results.get(model, CLEAN)
    assert clean is not None
    base = 1.0 - clean.correct if relative else 0.0
    return np.stack([np.sum(values, 0) - len(values) * base for values in errors], 1)
