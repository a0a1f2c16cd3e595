"""The fifteen common corruptions."""

from collections import defaultdict

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
    errors: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    right: dict[str, list[np.ndarray]] = defaultdict(list)
    for condition, model, result in context.measured(SECTION):
        cells.append(share_cell(context, SECTION, model, condition.name, 'accuracy', result.correct, condition.facts))
        errors[model][condition.facts['corruption']].append(float(1 - result.correct.mean()))
        right[model].append(result.correct)
    problems = context.problems(SECTION)
    reference = errors.get(context.baseline)
    for model, found in errors.items():
        flags, n = context.flags_of(model), len(context.results.faces.labelled)
        mean = bootstrap.interval(bootstrap.mean_of(np.mean(right[model], 0)), bootstrap.resamples(n))
        cells.append(Cell(SECTION, model, 'all corruptions', 'accuracy', *mean, n, flags=flags))
        for name, values in found.items():
            cells.append(Cell(SECTION, model, name, 'accuracy', float(1 - np.mean(values)), n=n, facts=dict(corruption=name), flags=flags))
        if reference is None:
            continue
        clean = [context.results.get(name, CLEAN) for name in (model, context.baseline)]
        assert clean[0] is not None
        assert clean[1] is not None
        mine, theirs = (float(1 - one.correct.mean()) for one in clean)
        for metric, own, base in (('mce', 0.0, 0.0), ('relative_mce', mine, theirs)):
            parts = [(sum(values) - len(values) * own, sum(reference[name]) - len(values) * base) for name, values in found.items()]
            if all(below > 0 for _, below in parts):
                value = float(np.mean([above / below for above, below in parts]))
                facts = dict(baseline=context.baseline)
                cells.append(Cell(SECTION, model, 'all corruptions', metric, value, n=n, facts=facts, flags=flags))
            else:
                problems.append(f'{model}: no {metric}, because the baseline {context.baseline} loses nothing by some corruption')
    return Section(tuple(cells), problems=tuple(dict.fromkeys(problems)))
