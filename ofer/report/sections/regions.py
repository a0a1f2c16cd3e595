"""Facial regions: what it costs to lose one."""

import numpy as np

from ofer.evaluation import bootstrap
from ofer.report.cells import Cell, Section
from ofer.report.protocols.base import CLEAN
from ofer.report.sections.context import Context, share_cell

SECTION = 'regions'


def regions(context: Context) -> Section:
    """Accuracy and loss of accuracy without each region; the loss also for each percent of the image that the region covers."""
    cells: list[Cell] = []
    for condition, model, result in context.measured(SECTION):
        facts, n = condition.facts, len(result)
        cells.append(share_cell(SECTION, model, condition.name, 'accuracy', result.correct, facts))
        whole = context.results.get(model, CLEAN)
        assert result.covered is not None
        assert whole is not None
        losses, weights = whole.correct.astype(float) - result.correct, context.weights(n)
        lost = bootstrap.interval(bootstrap.mean_of(losses), weights)
        covered = float(result.covered.mean())
        cells.append(Cell(SECTION, model, condition.name, 'drop', *lost, n, facts))
        cells.append(Cell(SECTION, model, condition.name, 'covered', covered, n=n, facts=facts))
        ratio = bootstrap.mean_ratio_of(losses[:, None], 100 * result.covered[:, None])
        value, low, high = bootstrap.interval(ratio, weights) if covered else (None, None, None)
        cells.append(Cell(SECTION, model, condition.name, 'drop_per_percent', value, low, high, n, facts))
    problems = context.problems(SECTION)
    wanted = [condition for condition in context.conditions if condition.section == SECTION]
    if wanted and not cells:
        problems.append('no landmarks: regions cannot be placed')
    empty = [cell.condition for cell in cells if cell.metric == 'covered' and not np.any(cell.value)]
    problems += [f'{name}: covers no pixel' for name in dict.fromkeys(empty)]
    return Section(tuple(cells), problems=tuple(problems))
