"""The loop of a report: draws each condition once, and shows the same pixels to all contenders."""

import multiprocessing
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from ofer.report.contenders import BLOCK, Answers, Contender
from ofer.report.entries import Entry
from ofer.report.faces import Faces
from ofer.report.protocols.base import CLEAN, Batch, Condition
from ofer.report.storage import Storage, store_answers
from ofer.stored import read_arrays

PART = 256
"""Images in a file of answers, a multiple of the images in a forward pass."""
IMPORTANCE = '_importance'
REFERENCE = '_reference'


class Done(NamedTuple):
    """What a step of the loop did: answers, answers that a model cannot give, seconds for drawing, seconds for the models."""

    answers: int
    skipped: int
    drawing: float
    models: float


@dataclass
class Loop:
    """Everything that the steps of the loop need.

    Args:
        faces: the images.
        contenders: by name, the one for the reference order as :data:`REFERENCE`.
        storage: of the answers.
        batch_size: images that are drawn together, a multiple of :data:`~ofer.report.contenders.BLOCK`.
        instead: contender and condition whose answers are those of another condition, see :func:`equal_conditions`.
    """

    faces: Faces
    contenders: Mapping[str, Contender]
    storage: Storage
    batch_size: int
    instead: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def step(self, condition: Condition, part: int, names: Sequence[str]) -> Done:
        """Answers of contenders for a part of the images under a condition."""
        answers, skipped, drawing, models = 0, 0, 0.0, 0.0
        groups = [[name] for name in names] if condition.importance == 'own' else [list(names)]
        for group in groups:
            source = {'own': group[0], 'reference': REFERENCE}.get(condition.importance or '')
            begin = time.perf_counter()
            importance = None if source is None else self.importance(source, part)
            models += time.perf_counter() - begin
            if source is not None and importance is None:  # the model states none
                skipped += part_size(self.faces, condition.name, part) * len(group)
                continue
            found: dict[str, list[Answers]] = {name: [] for name in group}
            covered: list[np.ndarray | None] = []
            for batch in self._batches(part, importance, condition.name):
                begin = time.perf_counter()
                occluded = condition.draw(batch)
                middle = time.perf_counter()
                for name in group:
                    found[name].append(self.contenders[name](occluded.images))
                drawing, models = drawing + middle - begin, models + time.perf_counter() - middle
                covered.append(occluded.covered)
                answers += len(batch.names) * len(group)
            for name in group:
                store_answers(self.storage, name, condition.name, part, _joined(found[name]), _whole(covered))
        return Done(answers, skipped, drawing, models)

    def importance(self, name: str, part: int) -> np.ndarray | None:
        """Importance of the patches to a contender, ``(n, 14, 14)``, computed once; None if it states none."""
        if not self.storage.has(name, IMPORTANCE, part):
            found = [self.contenders[name].importance(batch.images) for batch in self._batches(part, None, IMPORTANCE)]
            self.storage.write(name, IMPORTANCE, part, importance=_whole(found))
        path = self.storage.path(name, IMPORTANCE, part)
        return read_arrays(path, 'Remove the file, and run the same command again.').get('importance')

    def _batches(self, part: int, importance: np.ndarray | None, condition: str) -> Iterable[Batch]:
        start = part * PART
        stop = start + part_size(self.faces, condition, part)
        for begin in range(start, stop, self.batch_size):
            rows = slice(begin, min(begin + self.batch_size, stop))
            landmarks = None if self.faces.landmarks is None else self.faces.landmarks[rows]
            chosen = None if importance is None else importance[rows.start - start : rows.stop - start]
            yield Batch(self.faces.names[rows], self.faces.images[rows], landmarks, chosen)


def measure(
    loop: Loop,
    entries: Sequence[Entry],
    conditions: Sequence[Condition],
    processes: int = 1,
    progress: Callable[[Done], None] = lambda done: None,
) -> None:
    """Compute the answers that are not on disk yet.

    Args:
        loop: with the contenders loaded.
        entries: of the contenders, for further processes to load; without the reference.
        conditions: to compute.
        processes: number of processes.
        progress: called after each step.
    """
    steps = missing_steps(loop, conditions)
    if processes < 2 or len(steps) < 2:
        for step in steps:
            progress(loop.step(*step))
        return
    shared = replace(loop, contenders={})
    context = multiprocessing.get_context('spawn')  # a fork of a process with threads of torch can hang
    import torch

    threads = max(1, torch.get_num_threads() // processes)
    with ProcessPoolExecutor(processes, context, _start, (shared, entries, list(conditions), threads)) as pool:
        running = [pool.submit(_step, condition.name, part, missing) for condition, part, missing in steps]
        try:
            for future in as_completed(running):
                progress(future.result())
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def missing_steps(loop: Loop, conditions: Sequence[Condition]) -> list[tuple[Condition, int, list[str]]]:
    """Condition, part and contenders of the answers that are not on disk yet."""
    names = [name for name in loop.contenders if name != REFERENCE]
    stating = [name for name in names if type(loop.contenders[name]).importance is not Contender.importance]
    found = []
    for condition in conditions:
        asked = [name for name in (stating if condition.importance == 'own' else names) if (name, condition.name) not in loop.instead]
        for part in range(parts_of(loop.faces, condition.name)):
            missing = [name for name in asked if not loop.storage.has(name, condition.name, part)]
            if missing:
                found.append((condition, part, missing))
    return found


def equal_conditions(conditions: Sequence[Condition], same: Iterable[str]) -> dict[tuple[str, str], str]:
    """Conditions that need not be measured: the own order of a contender that is the reference model is that of the reference model.

    Args:
        conditions: that are measured.
        same: names of contenders that are the reference model.

    Returns:
        From contender and condition to the condition whose answers are the same.
    """
    wanted = {(c.facts['fill'], c.facts['share']): c.name for c in conditions if c.importance == 'reference'}
    own = {c.name: wanted.get((c.facts['fill'], c.facts['share'])) for c in conditions if c.importance == 'own'}
    return {(model, name): other for model in same for name, other in own.items() if other is not None}


def images_of(faces: Faces, condition: str) -> int:
    """Number of images that a condition is measured on: images that are only in a list are shown as they are, and not occluded."""
    return len(faces) if condition == CLEAN else faces.main


def part_size(faces: Faces, condition: str, part: int) -> int:
    """Number of images in a file of a condition."""
    return min(PART, images_of(faces, condition) - part * PART)


def parts_of(faces: Faces, condition: str) -> int:
    """Number of files of a condition for each contender."""
    return -(-images_of(faces, condition) // PART)


def rounded_batch(batch_size: int) -> int:
    """The batch size, rounded up to a multiple of a block, at most a part."""
    return min(-(-batch_size // BLOCK) * BLOCK, PART)


def _whole(parts: Sequence[np.ndarray | None]) -> np.ndarray | None:
    known = [part for part in parts if part is not None]
    return np.concatenate(known) if len(known) == len(parts) else None


def _joined(found: Sequence[Answers]) -> Answers:
    problems = tuple(dict.fromkeys(problem for one in found for problem in one.problems))
    return Answers(np.concatenate([one.probabilities for one in found]), _whole_maps(found), problems)


def _whole_maps(found: Sequence[Answers]) -> np.ndarray | None:
    """Maps of several batches; NaN in a batch for which the model failed."""
    grid = next((one.maps.shape[1:] for one in found if one.maps is not None), None)
    if grid is None:
        return None
    return np.concatenate([np.full((len(one.probabilities), *grid), np.nan) if one.maps is None else one.maps for one in found])


_worker: dict[str, Any] = {}


def _start(loop: Loop, entries: Sequence[Entry], conditions: Sequence[Condition], threads: int) -> None:
    """Set up a process."""
    import torch

    torch.set_num_threads(threads)
    _worker['loop'] = replace(loop, contenders={entry.name: entry.load() for entry in entries})
    _worker['conditions'] = {condition.name: condition for condition in conditions}


def _step(condition: str, part: int, names: Sequence[str]) -> Done:
    return _worker['loop'].step(_worker['conditions'][condition], part, names)
