"""Puts a report together: measures what is missing, computes the sections, and returns plain data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from ofer.evaluation.report import plain
from ofer.report import landmarks, sections
from ofer.report.cells import Section, as_rows
from ofer.report.contamination import Flags, contamination, flagged, flagged_difference, has_duplicates, repeated_images
from ofer.report.contenders import BLOCK, Contender
from ofer.report.detector import detector_conditions, detector_entry
from ofer.report.differences import differences
from ofer.report.digest import SCHEMA, digest
from ofer.report.entries import Entry
from ofer.report.faces import Faces
from ofer.report.header import cutouts_facts, data_facts, machine, model_facts, versions
from ofer.report.measuring import REFERENCE, Done, Loop, equal_conditions, measure, missing_steps, part_size, rounded_batch
from ofer.report.protocols import SECTIONS, VERSION, Choice, Condition, choose_conditions
from ofer.report.published import published_for
from ofer.report.results import Results
from ofer.report.storage import Storage

COMPUTE: dict[str, Callable[[sections.Context], Section]] = {
    'clean': sections.clean,
    'artificial': sections.artificial,
    'objects': sections.objects,
    'regions': sections.regions,
    'real': sections.real,
    'corruptions': sections.corruptions,
    'selective': sections.selective,
    'stability': sections.stability,
    'detection': sections.detection,
}


@dataclass(frozen=True)
class Job:
    """What a report is about.

    Args:
        faces: the images.
        entries: of the contenders.
        choice: what is measured.
        folder: of answers and report.
        reference: the contender whose order of importance is used for all; None: none.
        data_type: of the data set, e.g. ``'FERPlus'``.
        split: of the data set.
        duplicates: ``(N,)`` bool: images that are also among the training images; None if unknown.
        duplicates_note: how they were found, or why not.
        baseline: name of the contender that corruption errors are relative to; None: the first.
        batch_size: images that are drawn together.
        processes: number of processes.
        overwrite: replace answers that were begun with other models or data.
        device: type of the device of this library's models.
        problems: what could not be read, as sentences.
    """

    faces: Faces
    entries: Sequence[Entry]
    choice: Choice
    folder: Path
    reference: Entry | None = None
    data_type: str = ''
    split: str = 'test'
    duplicates: np.ndarray | None = None
    duplicates_note: str = ''
    baseline: str | None = None
    batch_size: int = 64
    processes: int = 1
    overwrite: bool = False
    device: str = 'cpu'
    problems: tuple[str, ...] = field(default=())


def make_report(job: Job, progress: Callable[[int], Callable[[Done], None]] | None = None) -> dict[str, Any]:
    """Measure and compute a report.

    Args:
        job: what to do.
        progress: given the number of answers that are to be computed, returns what is called after each step.

    Returns:
        The content of ``report.json``.

    Raises:
        ValueError: no contender can be compared, or the folder has answers of something else.
    """
    contenders, problems = load_contenders(job.entries)
    contenders, faces, more = common_classes(contenders, job.faces)
    problems += [*job.problems, *faces.problems, *more]
    entries = [entry for entry in job.entries if entry.name in contenders]
    conditions = choose_conditions(job.choice)
    reference = job.reference
    loaded, same = dict(contenders), [entry.name for entry in entries if reference is not None and entry.same_model(reference)]
    if reference is not None and any(condition.importance == 'reference' for condition in conditions):
        loaded[REFERENCE] = loaded[same[0]] if same else reference.load()
        entries = [*entries, replace(reference, name=REFERENCE)]
    else:
        conditions = [condition for condition in conditions if condition.importance != 'reference']
    drawn_by = {
        'reference': None if job.reference is None else dict(job.reference.identity),
        'landmarks': 'of the data set' if faces.landmarks is not None else landmarks.identity(),
        'cutouts': cutouts_facts(job.choice.cutouts),
    }
    settings = {'protocol': VERSION, 'seed': job.choice.seed, 'block': BLOCK, 'device': job.device}
    shared = {'data': job.faces.digest, **settings, 'versions': versions(), **drawn_by}
    identities = {entry.name: {**entry.identity, **shared} for entry in entries}
    identities[landmarks.NAME] = {**landmarks.identity(), **shared}
    detecting = detector_entry() if 'detection' in job.choice.sections else None
    if detecting is not None:
        identities[detecting.name] = {**detecting.identity, **shared}
    storage = Storage(job.folder, identities, job.overwrite)
    if any(condition.landmarks for condition in conditions):
        faces = landmarks.with_landmarks(faces, storage)
    instead = equal_conditions(conditions, same)
    loop = Loop(faces, loaded, storage, rounded_batch(job.batch_size), instead)
    seconds = _run(loop, entries, conditions, job.processes, progress)
    if detecting is not None:
        found = replace(loop, contenders={detecting.name: detecting.load()})
        seconds['detecting'] = _run(found, [detecting], detector_conditions(conditions), job.processes, progress)['measuring']

    flags = _flags(job, faces, contenders)
    results = Results(faces, storage, {name: one.classes for name, one in contenders.items()}, instead)
    baseline = job.baseline if job.baseline in contenders else next(iter(contenders))
    if job.baseline not in (None, baseline):
        problems.append(f'{job.baseline} is left out and cannot be the baseline: corruption errors are relative to {baseline}')
    context = sections.Context(results, conditions, job.duplicates, baseline)
    computed = {name: flagged(COMPUTE[name](context), flags) for name in SECTIONS if name in COMPUTE and name in job.choice.sections}
    content = {
        'schema': SCHEMA,
        'protocol': VERSION,
        'header': {
            'settings': {'seed': job.choice.seed, 'quick': job.choice.quick, 'sections': list(job.choice.sections)},
            'data': data_facts(faces, job.faces.digest, job.duplicates, job.duplicates_note),
            'models': {name: model_facts(one.facts, one.classes, flags(name)) for name, one in contenders.items()},
            **drawn_by,
            'reference': drawn_by['reference'] if REFERENCE in loaded else None,
            'baseline': baseline,
            'versions': versions(),
        },
        'problems': problems,
        'conditions': [{'name': c.name, 'section': c.section, 'facts': dict(c.facts), 'importance': c.importance} for c in conditions],
        'sections': {
            name: {'cells': as_rows(one.cells), 'curves': as_rows(one.curves), 'problems': list(one.problems)}
            for name, one in computed.items()
        },
        'differences': as_rows(flagged_difference(one, flags) for one in differences(context)),
        'published': as_rows(published_for(job.data_type, len(faces.classes))),
    }
    content = plain(content)
    content['digest'] = digest(content)
    content['run'] = plain({'machine': machine(job.device), 'seconds': seconds})
    return content


def _flags(job: Job, faces: Faces, contenders: Mapping[str, Contender]) -> Flags:
    """What could contaminate the numbers of the contenders."""
    facts = {name: one.facts for name, one in contenders.items()}
    models = {
        name: contamination(job.data_type, job.split, one.get('trained_on'), one.get('trained_splits')) for name, one in facts.items()
    }
    repeating = frozenset(name for name, one in facts.items() if has_duplicates(job.data_type, job.split, one))
    return Flags(models, repeating, repeated_images(faces, job.duplicates))


def load_contenders(entries: Sequence[Entry]) -> tuple[dict[str, Contender], list[str]]:
    """The contenders, and why some cannot be loaded."""
    from ofer.evaluation.adapters import UnknownAdapterError

    found: dict[str, Contender] = {}
    problems = []
    for entry in entries:
        try:
            found[entry.name] = entry.load()
        except Exception as error:  # of a tool that is not ours: anything
            if 'adapter' not in entry.identity or isinstance(error, UnknownAdapterError):
                raise
            kind = '' if isinstance(error, (ImportError, FileNotFoundError)) else f'{type(error).__name__}: '
            problems.append(f'{entry.name} is left out: {kind}{error}')
    if not found:
        raise ValueError(f'no model can be compared. {" ".join(problems)}')
    return found, problems


def common_classes(contenders: Mapping[str, Contender], faces: Faces) -> tuple[dict[str, Contender], Faces, list[str]]:
    """The contenders that know at least half of the classes, and the images of the classes that all of them know.

    Class names are joined by the spellings of :func:`ofer.categories.canonical_expression`.
    """
    from ofer.categories import canonical_expression

    kept: dict[str, Contender] = {}
    problems = []
    for name, one in contenders.items():
        one.classes = tuple(c if c in faces.classes else canonical_expression(c) or c for c in one.classes)
        if 2 * len(set(one.classes) & set(faces.classes)) >= len(faces.classes):
            kept[name] = one
        else:
            problems.append(f'{name} is left out: its classes are {", ".join(one.classes)}, those of the data {", ".join(faces.classes)}')
    if not kept:
        raise ValueError(f'no model can be compared. {" ".join(problems)}')
    classes = [name for name in faces.classes if all(name in one.classes for one in kept.values())]
    for name in faces.classes:
        if name not in classes:
            number = int((faces.labels == faces.classes.index(name)).sum())
            without = ', '.join(model for model, one in kept.items() if name not in one.classes)
            problems.append(f'{number} images of {name} are left out for all models: {without} cannot answer it')
    return kept, faces if len(classes) == len(faces.classes) else faces.restrict(classes), problems


def _run(
    loop: Loop,
    entries: Sequence[Entry],
    conditions: Sequence[Condition],
    processes: int,
    progress: Callable[[int], Callable[[Done], None]] | None,
) -> dict[str, float]:
    import time

    missing = sum(part_size(loop.faces, condition.name, part) * len(names) for condition, part, names in missing_steps(loop, conditions))
    show = progress(missing) if progress is not None else None
    spent = Done(0, 0, 0.0, 0.0)
    begin = time.perf_counter()

    def note(done: Done) -> None:
        nonlocal spent
        sums = (spent.answers + done.answers, spent.skipped + done.skipped, spent.drawing + done.drawing, spent.models + done.models)
        spent = Done(*sums)
        if show is not None:
            show(done)

    measure(loop, entries, conditions, processes, note)
    return {'measuring': time.perf_counter() - begin, 'drawing': spent.drawing, 'models': spent.models, 'answers': spent.answers}
