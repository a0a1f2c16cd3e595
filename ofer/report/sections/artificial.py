"""Artificial occlusion: named protocols at 10, 20 and 30 %, curves up to 70 %, and the area under them."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from scipy.integrate import trapezoid

from ofer.evaluation import bootstrap
from ofer.report.cells import Cell, Curve, Section
from ofer.report.protocols.base import CLEAN
from ofer.report.sections.context import Context, share_cell

SECTION = 'artificial'


def artificial(context: Context) -> Section:
    """Accuracy, balanced accuracy and loss of accuracy under each condition; a curve for each order and fill."""
    cells: list[Cell] = []
    lines: dict[tuple[str, str, str], list[tuple[int, np.ndarray]]] = defaultdict(list)
    for condition, model, result in context.measured(SECTION):
        name, facts = condition.name, condition.facts
        cells.append(share_cell(SECTION, model, name, 'accuracy', result.correct, facts))
        weights = context.weights(len(result))
        balanced = bootstrap.interval(bootstrap.balanced_accuracy_of(result.target, result.correct), weights)
        cells.append(Cell(SECTION, model, name, 'balanced_accuracy', *balanced, len(result), facts))
        whole = context.results.get(model, CLEAN)
        if whole is not None:
            lost = bootstrap.interval(bootstrap.mean_of(whole.correct.astype(float) - result.correct), weights)
            cells.append(Cell(SECTION, model, name, 'drop', *lost, len(result), facts))
        if result.covered is not None:
            cells.append(Cell(SECTION, model, name, 'covered', float(result.covered.mean()), n=len(result), facts=facts))
        lines[model, facts['order'], facts['fill']].append((facts['share'], result.correct))
    curves = []
    for (model, order, kind), points in lines.items():
        whole = context.results.get(model, CLEAN)
        start = [] if whole is None else [(0, whole.correct)]
        shares, answers = zip(*sorted(start + points, key=lambda point: point[0]), strict=True)
        x, y = np.array(shares, float), np.stack(answers).astype(float)  # (shares,) and (shares, N)
        facts = dict(order=order, fill=kind)
        curves.append(Curve(SECTION, model, f'{order}-{kind}', (x / 100).tolist(), y.mean(1).tolist(), facts))
        if len(x) > 1:
            areas = trapezoid(y, x, axis=0) / (x[-1] - x[0])
            found = bootstrap.interval(bootstrap.mean_of(areas), context.weights(len(areas)))
            facts = facts | dict(upto=int(x[-1]))
            cells.append(Cell(SECTION, model, f'{order}-{kind}', 'area', *found, len(areas), facts))
    wanted = {condition.facts['order'] for condition in context.conditions if condition.section == SECTION}
    problems = context.problems(SECTION)
    problems += [
        f'{model} is the reference model: its own order of importance is that of the reference model, and is measured once'
        for model in dict.fromkeys(model for model, _ in context.results.instead)
    ]
    for model in context.results.models:
        missing = sorted(wanted - {order for name, order, _ in lines if name == model})
        problems += [f'{model}: no curve of the order {order!r}: the model states no importance (Grad-CAM)' for order in missing]
    return Section(tuple(cells), tuple(curves), tuple(problems + misleading_orders(cells)))


def misleading_orders(cells: Sequence[Cell]) -> list[str]:
    """Texts about models that lose less by the patches that they state to be most important than by random ones, beyond the interval.

    Args:
        cells: of the section, the areas under the curves among them.

    Example:
        >>> areas = dict(patches=(0.5, 0.45), own=(0.6, 0.55))
        >>> cells = [Cell('artificial', 'net', f'{order}-black', 'area', *area) for order, area in areas.items()]
        >>> misleading_orders(cells)  # doctest: +ELLIPSIS
        ['net: its important patches cost less than random ones with black: mean accuracy 60.0 and 50.0 %. Its Grad-CAM ...']
    """
    areas = {(cell.model, *cell.condition.split('-', 1)): cell for cell in cells if cell.metric == 'area'}
    found = [(model, kind, own, areas.get((model, 'patches', kind))) for (model, order, kind), own in areas.items() if order == 'own']
    return [
        f'{model}: its important patches cost less than random ones with {kind}: mean accuracy {100 * own.value:.1f} and '
        f'{100 * random.value:.1f} %. Its Grad-CAM does not show what it depends on'
        for model, kind, own, random in found
        if own.value is not None and own.low is not None and random is not None and random.value is not None and own.low > random.value
    ]
