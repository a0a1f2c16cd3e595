"""Selective prediction: does a model know when not to answer, and does its doubt grow with occlusion?"""

from collections.abc import Iterator

import numpy as np
from scipy.stats import rankdata

from ofer.evaluation.selective import risk_coverage
from ofer.report.cells import Cell, Curve, Section
from ofer.report.protocols.base import CLEAN
from ofer.report.results import Result
from ofer.report.sections.context import Context

SECTION = 'selective'
CONDITIONS = (CLEAN, 'square-black-10', 'square-black-20', 'square-black-30', 'drawn-mask', 'drawn-sunglasses')
POINTS = 50
COVERAGE = 0.8


def selective(context: Context) -> Section:
    """Risk against coverage, the area under it, accuracy at 80 % coverage, and confidence over covered share."""
    cells: list[Cell] = []
    curves: list[Curve] = []
    for name, model, result in _chosen(context):
        found = risk_coverage(result.correct, result.confidence)
        flags, n = context.flags_of(model), len(result)
        cells.append(Cell(SECTION, model, name, 'aurc', found.area, n=n, flags=flags))
        cells.append(Cell(SECTION, model, name, 'accuracy_at_80', found.accuracy_at(COVERAGE), n=n, flags=flags))
        known = result.select(np.flatnonzero(result.answered))
        gap = float(known.confidence.mean() - known.correct.mean()) if len(known) else None
        cells.append(Cell(SECTION, model, name, 'confidence_gap', gap, n=len(known), flags=flags))
        places = np.unique(np.linspace(0, n - 1, min(POINTS, n)).astype(int))
        curves.append(Curve(SECTION, model, name, found.coverage[places].tolist(), found.risk[places].tolist()))
    for model in context.results.models:
        for order in ('square', 'patches'):
            cells += _doubt(context, model, order)
    return Section(tuple(cells), tuple(curves))


def _chosen(context: Context) -> Iterator[tuple[str, str, Result]]:
    results = context.results
    measured = {condition.name for condition in context.conditions}
    for model in results.models:
        for name in CONDITIONS:
            found = results.get(model, name) if name in measured else None
            if found is not None:
                yield name, model, found
        for name in results.faces.lists:
            found = results.listed(model, name)
            if found is not None and len(found):
                yield name, model, found


def _doubt(context: Context, model: str, order: str) -> Iterator[Cell]:
    """Mean confidence at each covered share, and how often confidence falls where more is covered, on the images that all have an answer.

    ``doubt_grows`` is Spearman's correlation of ``1 - confidence`` with the covered share within each image, averaged over images: 1 if
    doubt always grows, 0 if it has nothing to do with occlusion.
    """
    shares, found = [0], [context.results.get(model, CLEAN)]
    for condition in context.conditions:
        if condition.section == 'artificial' and condition.facts['order'] == order and condition.facts['fill'] == 'black':
            shares.append(condition.facts['share'])
            found.append(context.results.get(model, condition.name))
    known = [one for one in found if one is not None]
    if len(known) < 3 or len(known) < len(found):
        return
    rows = np.flatnonzero(np.all([one.answered for one in known], axis=0))
    if not len(rows):
        return
    known = [one.select(rows) for one in known]
    flags = context.flags_of(model)
    for share, one in zip(shares, known, strict=True):
        name, facts = f'{order}-black-{share}', dict(order=order, share=share)
        yield Cell(SECTION, model, name, 'confidence', float(one.confidence.mean()), n=len(one), facts=facts, flags=flags)
    doubts = rankdata(np.stack([1 - one.confidence for one in known]), axis=0)
    ranks = rankdata(shares)[:, None]
    centred, levels = doubts - doubts.mean(0), ranks - ranks.mean()
    below = np.sqrt((centred**2).sum(0) * (levels**2).sum())
    correlation = np.divide((centred * levels).sum(0), below, out=np.zeros(len(below)), where=below > 0)
    yield Cell(
        SECTION, model, f'{order}-black', 'doubt_grows', float(correlation.mean()), n=len(below), facts=dict(order=order), flags=flags
    )
