"""Selective prediction: does a model know when not to answer, and does its doubt grow with occlusion?"""

from collections.abc import Iterator

import numpy as np
from scipy.stats import rankdata

from ofer.evaluation import bootstrap
from ofer.evaluation.selective import accuracy_at_of, area_of, risk_coverage
from ofer.report.cells import Cell, Curve, Section
from ofer.report.protocols.base import CLEAN
from ofer.report.results import Result
from ofer.report.sections.context import WITHOUT, Context

SECTION = 'selective'
CONDITIONS = (CLEAN, 'square-black-10', 'square-black-20', 'square-black-30', 'drawn-mask', 'drawn-sunglasses')
POINTS = 50
COVERAGE = 0.8


def selective(context: Context) -> Section:
    """Risk against coverage, the area under it, accuracy at 80 % coverage, and confidence over covered share."""
    cells: list[Cell] = []
    curves: list[Curve] = []
    for name, model, result, rows in _chosen(context):
        found = risk_coverage(result.correct, result.confidence)
        n = len(result)
        cells += summary(context, model, name, result)
        kept = None if rows is None else context.kept(rows)
        if kept is not None and len(kept):
            cells += summary(context, model, name + WITHOUT, result.select(kept))
        places = np.unique(np.linspace(0, n - 1, min(POINTS, n)).astype(int))
        curves.append(Curve(SECTION, model, name, found.coverage[places].tolist(), found.risk[places].tolist()))
    for model in context.results.models:
        for order in ('square', 'patches'):
            cells += _doubt(context, model, order)
    return Section(tuple(cells), tuple(curves))


def summary(context: Context, model: str, name: str, result: Result) -> Iterator[Cell]:
    """Area under risk and coverage, accuracy at 80 % coverage, and mean confidence minus accuracy, of the images that have an answer."""
    known = int(result.answered.sum())
    gaps = np.where(result.answered, result.confidence - result.correct, np.nan)
    metrics = {
        'aurc': (area_of(result.correct, result.confidence), len(result)),
        'accuracy_at_80': (accuracy_at_of(result.correct, result.confidence, COVERAGE), len(result)),
        'confidence_gap': (bootstrap.mean_of(gaps), known),
    }
    for metric, (of, images) in metrics.items():
        value, low, high = bootstrap.interval(of, context.weights(len(result))) if images else (None, None, None)
        yield Cell(SECTION, model, name, metric, value, low, high, images)


def _chosen(context: Context) -> Iterator[tuple[str, str, Result, np.ndarray | None]]:
    """Name of the images, model, result; of images as they are also their rows, for a second line without training images."""
    results, faces = context.results, context.results.faces
    measured = {condition.name for condition in context.conditions}
    for model in results.models:
        for name in CONDITIONS:
            found = results.get(model, name) if name in measured else None
            if found is not None:
                yield name, model, found, faces.labelled if name == CLEAN else None
        for name, one in faces.lists.items():
            found = results.listed(model, name)
            if found is not None and len(found):
                yield name, model, found, one.rows


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
    confidence = np.stack([one.confidence[rows] for one in known])
    weights = context.weights(len(known[0]))[:, rows]
    for share, sure in zip(shares, confidence, strict=True):
        name, facts = f'{order}-black-{share}', dict(order=order, share=share)
        mean = bootstrap.interval(bootstrap.mean_of(sure), weights)
        yield Cell(SECTION, model, name, 'confidence', *mean, n=len(rows), facts=facts)
    doubts = rankdata(1 - confidence, axis=0)
    ranks = rankdata(shares)[:, None]
    centred, levels = doubts - doubts.mean(0), ranks - ranks.mean()
    below = np.sqrt((centred**2).sum(0) * (levels**2).sum())
    correlation = np.divide((centred * levels).sum(0), below, out=np.zeros(len(below)), where=below > 0)
    grows = bootstrap.interval(bootstrap.mean_of(correlation), weights)
    yield Cell(SECTION, model, f'{order}-black', 'doubt_grows', *grows, n=len(below), facts=dict(order=order))
