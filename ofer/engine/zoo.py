"""The weights that come with the package: how they are trained, tested and packaged, from a plan of stages.

Besides the ``stages`` of :mod:`ofer.engine.stages` the plan has::

    minutes = dict(recogniser=(300, 4), ...)    # of each stage: on two CPU cores, and on a large GPU
    weights = dict(
        recogniser=dict(
            stage='recogniser',                 # whose weights; None: those of all stages that the config reads
            config='ir48_ferplus',
            options=['model.data_preprocessor.grey=True'],  # of the model that is shipped
            facts=dict(aligner=...),            # stored with the weights
            tests=['--tta', '--all'],           # arguments of ofer test; [] for no test
            calibrated='val',                   # the split by whose predictions
            card=dict(title=..., data=..., ...),
        ),
    )
"""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mmengine

from ofer.engine.config import read_config
from ofer.engine.packaging import package
from ofer.engine.plans import check_entries, read_plan
from ofer.engine.processes.tool_runs import last_lines, run_logged
from ofer.engine.stages import Stage, moved_options, read_stages
from ofer.engine.time_fitting import FILE as FITTED
from ofer.shipped import find_file

ENTRY = {'config': str, 'card': dict}
OPTIONAL = {'stage': str, 'options': list[str], 'facts': dict, 'tests': list[str], 'calibrated': str}


@dataclass(frozen=True)
class Zoo:
    """A plan, with the places of its files.

    Attributes:
        stages: by name, in order.
        minutes: expected, of each stage: on two CPU cores, and on a large GPU.
        weights: entries of the plan by the name of the weights.
        out: folder of everything that is written.
        moves: place of the file of each stage, by its place in the configs.
    """

    stages: dict[str, Stage]
    minutes: dict[str, tuple[float, float]]
    weights: dict[str, Any]
    out: Path
    moves: dict[str, str]


def read_zoo(plan: Path, data: Path, out: Path, root: Path = Path()) -> Zoo:
    """Read the plan.

    Args:
        plan: the file.
        data: folder in place of the configs' ``data``.
        out: folder of everything that is written.
        root: folder of relative config paths.

    Raises:
        FileNotFoundError: the plan or a config is missing.
        ValueError: an entry is missing or wrong.
    """
    read = read_plan(plan, {'stages': dict, 'weights': dict, 'minutes': dict}, {})
    stages = read_stages(plan, root, checkpoints=out / 'checkpoints', data=data)
    for name, entry in read.weights.items():
        check_entries(f'{plan}: weights {name!r}', entry, ENTRY, OPTIONAL)
        if entry.get('stage') is not None and entry.stage not in stages:
            raise ValueError(f'{plan}: weights {name!r}: no stage is called {entry.stage!r}; there are {", ".join(stages)}')
    if lacking := [name for name in stages if name not in read.minutes]:
        raise ValueError(f'{plan}: minutes: lacks {", ".join(lacking)}')
    moves = {read.stages[name].checkpoint: str(stage.checkpoint) for name, stage in stages.items()}
    return Zoo(stages, {name: tuple(read.minutes[name]) for name in stages}, read.weights.to_dict(), out, moves)


def needed_stages(zoo: Zoo, names: Sequence[str]) -> list[str]:
    """The stages of weights, or given stages, and the stages that they need, in the order of the plan.

    Args:
        zoo: the plan.
        names: of weights or stages; ``['all']`` for everything.

    Raises:
        ValueError: there is no such name.
    """
    if 'all' in names:
        return list(zoo.stages)
    if unknown := [name for name in names if name not in zoo.weights and name not in zoo.stages]:
        raise ValueError(f'{unknown[0]!r} is none of the weights: all, {", ".join(dict.fromkeys([*zoo.weights, *zoo.stages]))}')
    found: set[str] = set()
    for name in names:
        found.update(_ends(zoo, name))
    for name in reversed(zoo.stages):
        if name in found:
            found.update(zoo.stages[name].needs)
    return [name for name in zoo.stages if name in found]


def _ends(zoo: Zoo, name: str) -> list[str]:
    """The stages whose files the weights consist of."""
    if name not in zoo.weights:
        return [name]
    stage = zoo.weights[name].get('stage')
    if stage is not None:
        return [stage]
    read = str(read_config(find_file(zoo.weights[name]['config'], Path())).model.to_dict())
    return [zoo_stage for old, zoo_stage in zip(zoo.moves, zoo.stages, strict=True) if repr(old) in read]


def deadlines(
    stages: Mapping[str, Stage], minutes: Mapping[str, float], chosen: Sequence[str], start: float, end: float
) -> dict[str, float]:
    """When each stage should be over, if stages run at the same time as soon as they can, and the last ends at ``end``.

    Every chain of stages gets the whole time; each stage of it a part in proportion to its expected time.

    Args:
        stages: of the plan.
        minutes: expected time of each.
        chosen: those that are trained, in order.
        start: of the first.
        end: of the last.

    Example:
        >>> from types import SimpleNamespace as Of
        >>> plan = dict(teacher=Of(needs=()), student=Of(needs=('teacher',)), other=Of(needs=()))
        >>> deadlines(plan, dict(teacher=1, student=3, other=2), list(plan), 0.0, 100.0)
        {'teacher': 25.0, 'student': 100.0, 'other': 100.0}
    """
    until: dict[str, float] = {}
    after: dict[str, float] = {}
    for name in chosen:
        until[name] = minutes[name] + max((until[other] for other in stages[name].needs if other in until), default=0.0)
    for name in reversed(chosen):
        after[name] = max((minutes[other] + after[other] for other in after if name in stages[other].needs), default=0.0)
    return {name: start + (end - start) * until[name] / max(until[name] + after[name], 1e-9) for name in chosen}


def expected(zoo: Zoo, chosen: Sequence[str]) -> str:
    """Expected times, as text."""
    lines = [f'  {name:<24}{zoo.minutes[name][0]:>8g} min {zoo.minutes[name][1]:>8g} min' for name in chosen]
    total = [sum(zoo.minutes[name][index] for name in chosen) for index in (0, 1)]
    head = f'  {"expected":<24}{"2 cores":>12} {"large GPU":>12}'
    return '\n'.join([head, *lines, f'  {"one after another":<24}{total[0]:>8g} min {total[1]:>8g} min'])


def package_all(zoo: Zoo, names: Sequence[str], jobs: int, say: Callable[[str], None]) -> dict[str, str]:
    """Test and package weights whose stages are trained.

    Args:
        zoo: the plan.
        names: of the weights.
        jobs: at the same time.
        say: called with each line of progress.

    Returns:
        The error of each that failed, by name.
    """
    with ThreadPoolExecutor(max(1, min(jobs, len(names)))) as pool:
        problems = pool.map(lambda name: _problem(zoo, name, jobs, say), names)
    return {name: problem for name, problem in zip(names, problems, strict=True) if problem}


def _problem(zoo: Zoo, name: str, jobs: int, say: Callable[[str], None]) -> str:
    try:
        say(f'{name:<24}{_packaged(zoo, name, jobs)}')
    except (OSError, ValueError, RuntimeError) as error:
        return str(error)
    return ''


def _packaged(zoo: Zoo, name: str, jobs: int) -> Path:
    """Calibrate, test and write weights; finished steps are not repeated."""
    entry = zoo.weights[name]
    path = zoo.out / 'weights' / f'{name}.safetensors'
    if path.is_file() and path.with_suffix('.json').is_file():
        return path
    stage = zoo.stages[entry['stage']] if entry.get('stage') else None
    file = find_file(entry['config'], Path())
    options = list(stage.options) if stage is not None and stage.path == file else moved_options(read_config(file), zoo.moves)
    checkpoint = None if stage is None else stage.checkpoint
    place = zoo.out / 'tests' / name
    tool = _Tool(place, zoo.out / 'logs' / f'package_{name}.log', jobs)
    if entry.get('calibrated') and checkpoint is not None:
        dump, calibrated = place / 'validation.json', place / checkpoint.name
        split = f'test_dataloader.dataset.split={entry["calibrated"]}'
        tool(dump, 'test', file, checkpoint, '--tta', '--dump', dump, '--cfg-options', *options, split)
        tool(calibrated, 'calibrate', checkpoint, dump, '--out', calibrated)
        checkpoint = calibrated
    measured: dict[str, Any] = {}
    if entry.get('tests'):
        results = place / 'results.json'
        tail = ['--cfg-options', *options] if options else []
        tool(results, 'test', file, *([checkpoint] if checkpoint else []), *entry['tests'], '--out', results, *tail)
        measured = {test: found['measures'] for test, found in mmengine.load(results)['sets'].items()}
    card = {**entry['card'], 'recipe': _recipe(zoo, stage), 'measured': measured, 'mirror_averaged': '--tta' in entry.get('tests', [])}
    package(path, read_config(file, [*options, *entry.get('options', [])]), checkpoint, entry.get('facts', {}), card)
    return path


@dataclass(frozen=True)
class _Tool:
    """Runs commands of ofer whose output does not exist yet."""

    place: Path
    log: Path
    jobs: int

    def __call__(self, output: Path, *words: Any) -> None:
        if output.is_file():
            return
        self.place.mkdir(parents=True, exist_ok=True)
        own = ['--work-dir', str(self.place)] if words[0] == 'test' else []
        at = words.index('--cfg-options') if '--cfg-options' in words else len(words)
        command = [*map(str, words[:at]), *own, *map(str, words[at:])]
        if run_logged([sys.executable, '-m', 'ofer', *command], self.log, self.jobs):
            raise RuntimeError(f'ofer {words[0]} failed: {last_lines(self.log)} ({self.log})')


def _recipe(zoo: Zoo, stage: Stage | None) -> dict[str, Any]:
    """How long each stage was trained, as far as it was fitted to a time; the rest is in its config."""
    chosen = zoo.stages if stage is None else {name: zoo.stages[name] for name in needed_stages(zoo, [stage.name])}
    found: dict[str, Any] = {}
    for name, one in chosen.items():
        fitted = zoo.out / 'runs' / name / FITTED
        found[name] = {'config': one.path.stem, **(mmengine.load(fitted) if fitted.is_file() else {})} if not one.command else {}
    return found


def fitted_table(zoo: Zoo, chosen: Sequence[str]) -> str:
    """Markdown: the chosen length of each training that was fitted to a time."""
    from ofer.evaluation.report import markdown_table

    rows = []
    for name in chosen:
        file = zoo.out / 'runs' / name / FITTED
        if file.is_file():
            fit = mmengine.load(file)
            length = f'{fit["length"]} of {fit["full"]} {fit["unit"]}'
            rows.append([name, length, f'{fit["milliseconds"]:.1f}', 'yes' if fit['compiled'] else 'no'])
    return markdown_table(['stage', 'length', 'ms a step', 'compiled'], rows)


def remaining(until: float) -> float:
    """Seconds until a time of :func:`time.monotonic`, at least 0."""
    return max(0.0, until - time.monotonic())
