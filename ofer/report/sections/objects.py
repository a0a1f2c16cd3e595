"""Objects over faces: by kind, and by the share of the image that they cover."""

import numpy as np

from ofer.report.cells import Cell, Section
from ofer.report.protocols.base import CLEAN
from ofer.report.sections.context import Context, share_cell

SECTION = 'objects'
BINS = ((0.0, 0.1), (0.1, 0.2), (0.2, 0.3), (0.3, 1.0))
"""Covered shares that are put together."""
LEAST = 20
"""Images in a bin; a bin with fewer is left out."""


def objects(context: Context) -> Section:
    """Accuracy, loss of accuracy and covered share for each kind; accuracy by covered share for drawn objects and for cut-outs."""
    cells: list[Cell] = []
    groups: dict[tuple[str, str], list[tuple[np.ndarray, np.ndarray]]] = {}
    for condition, model, result in context.measured(SECTION):
        facts = condition.facts
        cells.append(share_cell(context, SECTION, model, condition.name, 'accuracy', result.correct, facts))
        whole = context.results.get(model, CLEAN)
        assert result.covered is not None
        assert whole is not None
        lost = float(whole.correct.mean() - result.correct.mean())
        cells.append(Cell(SECTION, model, condition.name, 'drop', lost, n=len(result), facts=facts, flags=context.flags_of(model)))
        cells.append(Cell(SECTION, model, condition.name, 'covered', float(result.covered.mean()), n=len(result), facts=facts))
        groups.setdefault((model, facts['source']), []).append((result.covered, result.correct))
    for (model, source), parts in groups.items():
        covered, correct = (np.concatenate(values) for values in zip(*parts, strict=True))
        cells.append(share_cell(context, SECTION, model, f'{source}, all kinds', 'accuracy', correct, dict(source=source)))
        for low, high in BINS:
            inside = (covered > low) & (covered <= high)
            if inside.sum() >= LEAST:
                name = f'{source}, {100 * low:.0f} to {100 * high:.0f} % covered'
                cells.append(
                    share_cell(context, SECTION, model, name, 'accuracy', correct[inside], dict(source=source, low=low, high=high))
                )
    return Section(tuple(cells), problems=tuple(context.problems(SECTION)))
