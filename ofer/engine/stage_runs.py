"""Runs the trainings of a plan of stages. Each runs in its own process, as soon as the stages that it needs are trained and a
place is free; of several the first of the plan.
"""

import os
import shlex
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

from ofer.engine.checkpoints.weights import publish_weights
from ofer.engine.config import latest_checkpoint
from ofer.engine.processes.tool_runs import last_lines, progress, run_logged
from ofer.engine.stages import Stage

SETTINGS = 'settings.py'
STARTUP = 10.0
"""Seconds that a process takes before its own clock starts."""


class StageRuns:
    """The trainings of a plan, in one folder.

    Args:
        stages: by name, in order.
        chosen: names of the stages to train.
        folder: of the trainings.
        jobs: number of trainings at the same time.
        processes: of each training.
        seed: added to the seed of each config, so that stages that differ only in their seed still do; None: the seeds of the configs.
        say: called with each progress line.
        arguments: further ones of each training.
        deadlines: time of :func:`time.monotonic` at which a training should be over, by the name of its stage.
    """

    def __init__(
        self,
        stages: Mapping[str, Stage],
        chosen: Sequence[str],
        folder: Path,
        jobs: int = 1,
        processes: int = 1,
        seed: int | None = None,
        say: Callable[[str], None] = lambda line: None,
        arguments: Sequence[str] = (),
        deadlines: Mapping[str, float] | None = None,
    ) -> None:
        self.stages, self.chosen, self.folder = stages, chosen, folder
        self.jobs, self.processes, self.seed, self.say = jobs, processes, seed, say
        self.arguments, self.deadlines = arguments, deadlines or {}

    def describe(self) -> tuple[str, list[str]]:
        """The planned work, one line for each stage, and the problems that prevent it."""
        lines, problems = [], []
        width = max(12, *(len(name) + 2 for name in self.chosen))
        for name in self.chosen:
            stage = self.stages[name]
            state = stage.title
            if (self.folder / name / 'last_checkpoint').is_file():
                state = f'continue {stage.path.stem}'
            if stage.checkpoint.is_file():
                state = 'is done'
            elif lacks := self._lacks(stage):
                state += f' — but there is no {", no ".join(lacks)}'
                problems.append(f'{name} lacks {", ".join(lacks)}')
            lines.append(f'  {name:<{width}}{state}{"" if "—" in state else f", {stage.checkpoint}"}')
            if self._differs(stage):
                problems.append(
                    f'{name} was trained with other settings than those of now ({self._settings(stage)}). Remove {self.folder / name} and '
                    f'{stage.checkpoint} to train it again, or give another --work-dir and --checkpoints'
                )
        return '\n'.join(lines), problems

    def _lacks(self, stage: Stage) -> list[str]:
        others = [self.stages[name].checkpoint for name in stage.needs if name not in self.chosen]
        return [str(path) for path in [*(path for path in others if not path.is_file()), *stage.missing]]

    def _settings(self, stage: Stage) -> Path:
        return self.folder / stage.name / SETTINGS

    def _differs(self, stage: Stage) -> bool:
        settings = self._settings(stage)
        return settings.is_file() and settings.read_text(encoding='utf-8') != stage.config.pretty_text

    def run(self) -> dict[str, str]:
        """Train all unfinished stages. A failed stage stops only the stages that need it.

        Returns:
            The error of each failed stage, by name.
        """
        needed = {name: [other for other in self.stages[name].needs if other in self.chosen[:i]] for i, name in enumerate(self.chosen)}
        waiting = list(self.chosen)
        ended: dict[str, str | None] = {}
        running: dict[Future[str | None], str] = {}
        with ThreadPoolExecutor(self.jobs) as pool:
            while waiting or running:
                for name in list(waiting):
                    if failed := [other for other in needed[name] if ended.get(other)]:
                        ended[name] = f'needs {", ".join(failed)}'
                    elif self.stages[name].checkpoint.is_file():
                        ended[name] = None
                    elif len(running) < self.jobs and all(other in ended for other in needed[name]):
                        running[pool.submit(self._train, self.stages[name])] = name
                    else:
                        continue
                    waiting.remove(name)
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    ended[running.pop(future)] = future.result()
        return {name: problem for name in self.chosen if (problem := ended[name])}

    def _train(self, stage: Stage) -> str | None:
        place = self.folder / stage.name
        command = self._command(stage)
        log = self.folder / 'logs' / f'{stage.name}.log'
        self.say(f'\n$ python {shlex.join(command)}\n  (full output: {log})\n')
        place.mkdir(parents=True, exist_ok=True)
        self._settings(stage).write_text(stage.config.pretty_text, encoding='utf-8')

        def show(line: str) -> None:
            if said := progress(line):
                self.say(f'{stage.name:<12}{said[:124]}')

        code = run_logged([sys.executable, *command], log, self.jobs, show)
        if code:
            return f'ended with status {code}: {last_lines(log)} ({log})'
        if stage.command:
            return None if stage.checkpoint.is_file() else f'did not write {stage.checkpoint} ({log})'
        last = latest_checkpoint(place)
        if last is None:
            return f'wrote no checkpoint in {place}'
        publish_weights(last, stage.checkpoint)
        self.say(f'{stage.name:<12}{stage.checkpoint}')
        return None

    def _command(self, stage: Stage) -> list[str]:
        """Arguments of Python."""
        if stage.command:
            return ['-m', 'ofer', *stage.command]
        command = ['train', os.path.relpath(stage.path), '--work-dir', str(self.folder / stage.name), '--resume']
        command += [] if self.seed is None else ['--seed', str(self.seed + stage.config.get('randomness', {}).get('seed', 0))]
        command += self.arguments
        if stage.name in self.deadlines:
            command += ['--time', f'{max(1.0, self.deadlines[stage.name] - time.monotonic() - STARTUP):.0f}s']
        command += ['--cfg-options', *stage.options] if stage.options else []
        if self.processes > 1:
            start = ['-m', 'torch.distributed.run', '--standalone', '--nproc-per-node', str(self.processes)]
            return [*start, '-m', 'ofer', *command, '--launcher', 'pytorch']
        return ['-m', 'ofer', *command]
