"""Really occluded and turned faces: the published lists."""

import numpy as np

from ofer.report.cells import Cell, Section
from ofer.report.protocols.base import CLEAN
from ofer.report.sections.clean import whole_summary
from ofer.report.sections.context import WITHOUT, Context, share_cell, unanswered

SECTION = 'real'


def real(context: Context) -> Section:
    """All metrics on each list, and again without duplicates of training images; accuracy by type of occlusion."""
    cells: list[Cell] = []
    faces = context.results.faces
    problems = [problem for problem in faces.problems if problem.startswith('list ')]
    for name, one in faces.lists.items():
        if one.note:
            problems.append(f'{name}: {one.note}')
        for model in context.results.models:
            result = context.results.listed(model, name, CLEAN)
            if result is None:
                continue
            if not len(result):
                problems.append(f'{name}: none of its images is of the classes that all models know')
                continue
            cells += whole_summary(context, SECTION, model, name, result)
            problems += [problem for problem in (unanswered(model, name, result),) if problem is not None]
            for kind in [] if one.kinds is None else np.unique(one.kinds):
                hits = result.correct[one.kinds == kind]
                word = f' ({one.types[kind]})' if kind < len(one.types) else ''
                cells.append(share_cell(SECTION, model, f'{name}, type {kind}{word}', 'accuracy', hits, dict(list=name, type=int(kind))))
            kept = context.kept(one.rows)
            if kept is not None and len(kept):
                cells += whole_summary(context, SECTION, model, name + WITHOUT, result.select(kept))
    if not faces.lists:
        problems.append('the data set has no published list of really occluded faces, or none was found')
    return Section(tuple(cells), problems=tuple(dict.fromkeys(problems)))
