"""End to end: the share of faces that the detector still finds."""

import numpy as np

from ofer.evaluation import bootstrap
from ofer.report.cells import Cell, Section
from ofer.report.detector import MARGIN, NAME, detector_conditions
from ofer.report.measuring import parts_of
from ofer.report.protocols.base import CLEAN
from ofer.report.sections.context import Context, share_cell

SECTION = 'detection'
DETECTOR = 'detector'


def detection(context: Context) -> Section:
    """Share of faces found under each condition, and how much less that is than on clean images."""
    faces = context.results.faces
    cells: list[Cell] = []
    problems = [f'faces are shown with a grey border of {100 * MARGIN:.0f} % of their side']
    whole = None
    for condition in detector_conditions(context.conditions):
        found = context.results.storage.read(NAME, condition.name, parts_of(faces, condition.name))
        if found is None:
            continue
        answers = found['probabilities'][faces.labelled, 0]
        hits = answers > 0.5
        if np.isnan(answers).any():
            reason = '; '.join(dict.fromkeys(found['problems'].tolist()))
            problems.append(f'{condition.name}: the detector failed on {np.isnan(answers).sum()} images, counted as not found ({reason})')
        cells.append(share_cell(SECTION, DETECTOR, condition.name, 'found', hits, condition.facts))
        if condition.name == CLEAN:
            whole = hits
        elif whole is not None:
            lost = bootstrap.interval(bootstrap.mean_of(whole.astype(float) - hits), context.weights(len(hits)))
            cells.append(Cell(SECTION, DETECTOR, condition.name, 'drop', *lost, n=len(hits), facts=condition.facts))
    return Section(tuple(cells), problems=tuple(problems) if cells else ('no detector was tried',))
