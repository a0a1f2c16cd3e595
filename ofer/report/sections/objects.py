"""Objects over faces: by kind, and by the share of the image that they cover."""

from typing import Any

import numpy as np

from ofer.evaluation import bootstrap
from ofer.report.cells import Cell, Section
from ofer.report.protocols.base import CLEAN
from ofer.report.sections.context import Context, share_cell

SECTION = 'objects'
BINS = ((0.0, 0.1), (0.1, 0.2), (0.2, 0.3), (0.3, 1.0))
"""Covered shares that are put together."""
LEAST = 20
"""Images in a bin; a bin with fewer is left out."""


def objects(context: Context) -> Section:
    """Accuracy, loss of accuracy and covered share for each kind; accuracy by covered share for drawn objects and for cut-outs.

    A face is shown with every kind, so intervals over several kinds are of resampled faces.
    """
    cells: list[Cell] = []
    groups: dict[tuple[str, str], list[tuple[np.ndarray, np.ndarray]]] = {}
    for condition, model, result in context.measured(SECTION):
        facts = condition.facts
        cells.append(share_cell(SECTION, model, condition.name, 'accuracy', result.correct, facts))
        whole = context.results.get(model, CLEAN)
        assert result.covered is not None
        assert whole is not None
        lost = bootstrap.interval(bootstrap.mean_of(whole.correct.astype(float) - result.correct), context.weights(len(result)))
        cells.append(Cell(SECTION, model, condition.name, 'drop', *lost, len(result), facts))
        cells.append(Cell(SECTION, model, condition.name, 'covered', float(result.covered.mean()), n=len(result), facts=facts))
        groups.setdefault((model, facts['source']), []).append((result.covered, result.correct))
    for (model, source), parts in groups.items():
        covered, correct = (np.stack(values) for values in zip(*parts, strict=True))  # (kinds, N)
        weights = context.weights(covered.shape[1])
        groups_of_shares: list[tuple[str, np.ndarray, dict[str, Any]]] = [
            (f'{source}, all kinds', np.ones_like(covered, bool), dict(source=source))
        ]
        for low, high in BINS:
            name = f'{source}, {100 * low:.0f} to {100 * high:.0f} % covered'
            groups_of_shares.append((name, (covered > low) & (covered <= high), dict(source=source, low=low, high=high)))
        for name, inside, facts in groups_of_shares:
            if inside.all() or inside.sum() >= LEAST:
                found = bootstrap.interval(bootstrap.share_of((correct & inside).sum(0), inside.sum(0)), weights)
                cells.append(Cell(SECTION, model, name, 'accuracy', *found, int(inside.sum()), facts))
    problems = context.problems(SECTION)
    if not any(condition.facts.get('source') == 'cutout' for condition in context.conditions):
        problems.append('no cut-outs were pasted: give a folder of them, --cutouts')
    return Section(tuple(cells), problems=tuple(problems))
