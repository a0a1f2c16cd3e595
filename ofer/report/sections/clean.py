"""Clean: the images as they are."""

from collections.abc import Iterator

import numpy as np

from ofer.evaluation import bootstrap
from ofer.evaluation.functional import brier_scores, reliability, wilson_interval
from ofer.report.cells import Cell, Curve, Section
from ofer.report.protocols.base import CLEAN
from ofer.report.results import Result
from ofer.report.sections.context import WITHOUT, Context, share_cell


def clean(context: Context) -> Section:
    """Accuracy, balanced accuracy, macro-F1, recalls, calibration error and Brier score; again without duplicates of training images."""
    cells: list[Cell] = []
    curves: list[Curve] = []
    problems = context.problems(CLEAN)
    labelled = context.results.faces.labelled
    support = np.bincount(context.results.faces.labels[labelled], minlength=len(context.results.faces.classes))
    problems += [f'no image of the class {name}' for name, n in zip(context.results.faces.classes, support, strict=True) if not n]
    for _, model, result in context.measured(CLEAN):
        cells += whole_summary(context, CLEAN, model, CLEAN, result)
        if result.answered.any():
            bins = reliability(result.target[result.answered], result.scores[result.answered])
            full = bins.samples > 0
            facts = dict(samples=bins.samples[full].tolist())
            curves.append(Curve(CLEAN, model, 'reliability', bins.confidence[full].tolist(), bins.accuracy[full].tolist(), facts))
        kept = context.kept(labelled)
        if kept is not None and len(kept):
            cells += whole_summary(context, CLEAN, model, CLEAN + WITHOUT, result.select(kept))
    return Section(tuple(cells), tuple(curves), tuple(problems))


def whole_summary(context: Context, section: str, model: str, condition: str, result: Result) -> Iterator[Cell]:
    """All metrics of one set of images."""
    n = len(result)
    yield share_cell(section, model, condition, 'accuracy', result.correct)
    weights, number = context.weights(n), int(result.answered.sum())
    confidence = np.where(result.answered, result.confidence, np.nan)
    metrics = {
        'balanced_accuracy': (bootstrap.balanced_accuracy_of(result.target, result.correct), n),
        'macro_f1': (bootstrap.macro_f1_of(result.target, result.prediction, result.present), n),
        'ece': (bootstrap.calibration_error_of(confidence, result.correct), number),
        'brier': (bootstrap.mean_of(brier_scores(result.target, result.scores)), number),
    }
    for name, (metric, images) in metrics.items():
        if images:
            found = bootstrap.interval(metric, weights, distance=name == 'ece')
            yield Cell(section, model, condition, name, *found, n=images)
    for name, index in zip(context.results.faces.classes, result.present, strict=True):
        mine = result.target == index
        hits, number = int((result.correct & mine).sum()), int(mine.sum())
        low, high = wilson_interval(hits, number) if number else (None, None)
        yield Cell(section, model, condition, f'recall_{name}', hits / number if number else None, low, high, number)
