"""Stability: answers that change when something is covered, and occlusion maps against the truth."""

import numpy as np

from ofer.evaluation import bootstrap
from ofer.report.cells import Cell, Section
from ofer.report.protocols.base import CLEAN
from ofer.report.sections.context import Context, share_cell

SECTION = 'stability'


def stability(context: Context) -> Section:
    """Share of answers that flip, confidence on flipped ones, and intersection over union of the occlusion map with the covered patches."""
    cells: list[Cell] = []
    for condition in context.conditions:
        if condition.section in (CLEAN, 'corruptions'):
            continue
        for model in context.results.models:
            result, whole = (context.results.get(model, name) for name in (condition.name, CLEAN))
            if result is None or whole is None:
                continue
            both = result.answered & whole.answered
            flips = (result.prediction != whole.prediction)[both]
            facts = condition.facts
            cells.append(share_cell(SECTION, model, condition.name, 'flips', flips, facts))
            if flips.any():
                changed = both & (result.prediction != whole.prediction)
                sure = bootstrap.interval(bootstrap.mean_of(np.where(changed, result.confidence, np.nan)), context.weights(len(result)))
                cells.append(Cell(SECTION, model, condition.name, 'confidence_of_flips', *sure, int(flips.sum()), facts))
            if result.agreement is not None and np.isfinite(result.agreement).any():
                found = bootstrap.interval(bootstrap.mean_of(result.agreement), context.weights(len(result)))
                n = int(np.isfinite(result.agreement).sum())
                cells.append(Cell(SECTION, model, condition.name, 'map_iou', *found, n, facts))
    return Section(tuple(cells))
