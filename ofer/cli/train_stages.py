"""Train a system's stages in order: ``ofer train-stages configs/latent_ofer/plan_synthetic.py``.

Each stage is trained by ofer train in <work-dir>/<stage>, and its weights are left where the plan says, which is where the stages after
it look for them. A stage whose checkpoint is there is done, whoever made it: a published one may be put there. What was interrupted goes on
where it stopped. What will be done, and what is missing, is said first.
"""

import argparse
import os
import shlex
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ofer.engine.stages import Stage

SETTINGS = 'settings.py'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('plan', type=Path, help='the stages, e.g. configs/latent_ofer/plan_synthetic.py')
    parser.add_argument('--only', nargs='+', metavar='STAGE', help='these alone, with the checkpoints of the others as they are')
    parser.add_argument(
        '--work-dir', type=Path, help="where the trainings' logs and checkpoints go (default: work_dirs/<name of the plan>)"
    )
    parser.add_argument('--checkpoints', type=Path, metavar='DIR', help="folder of what the stages leave (default: the plan's)")
    parser.add_argument(
        '--cfg-options', nargs='+', default=[], metavar='KEY=VALUE', help='overrides for all stages, or for one as STAGE.KEY=VALUE'
    )
    parser.add_argument('--jobs', type=int, default=1, help='how many stages run at once where they can; the cores are shared among them')
    parser.add_argument('--processes', type=int, default=1, help='processes a stage on this machine, for instance one a GPU')
    parser.add_argument('--seed', type=int, help="random seed (default: the configs')")
    parser.add_argument('--dry-run', action='store_true', help='say what would be done, and stop')


class Stages:
    """The trainings of a plan, in one folder.

    Args:
        stages: by name, in order.
        chosen: names of those to train.
        folder: where the trainings go.
        jobs: how many run at once.
        processes: of each.
        seed: of all; None: the configs'.
    """

    def __init__(
        self,
        stages: Mapping[str, 'Stage'],
        chosen: Sequence[str],
        folder: Path,
        jobs: int = 1,
        processes: int = 1,
        seed: int | None = None,
    ) -> None:
        self.stages, self.chosen, self.folder = stages, chosen, folder
        self.jobs, self.processes, self.seed = jobs, processes, seed
        self.free = threading.Semaphore(jobs)

    def describe(self) -> tuple[str, list[str]]:
        """What will be done, a line a stage, and what stands against it."""
        lines, problems = [], []
        for name in self.chosen:
            stage = self.stages[name]
            state = f'train {stage.path.stem}'
            if (self.folder / name / 'last_checkpoint').is_file():
                state = f'go on with {stage.path.stem}'
            if stage.checkpoint.is_file():
                state = 'is done'
            elif lacks := self._lacks(stage):
                state += f' — but there is no {", no ".join(lacks)}'
                problems.append(f'{name} lacks {", ".join(lacks)}')
            lines.append(f'  {name:<12}{state}{"" if "—" in state else f", {stage.checkpoint}"}')
            if self._differs(stage):
                problems.append(
                    f'{name} was trained with other settings than those of now ({self._settings(stage)}). Remove {self.folder / name} and '
                    f'{stage.checkpoint} to train it anew, or give another --work-dir and --checkpoints'
                )
        return '\n'.join(lines), problems

    def _lacks(self, stage: 'Stage') -> list[str]:
        others = [self.stages[name].checkpoint for name in stage.needs if name not in self.chosen]
        return [str(path) for path in [*(path for path in others if not path.is_file()), *stage.missing]]

    def _settings(self, stage: 'Stage') -> Path:
        return self.folder / stage.name / SETTINGS

    def _differs(self, stage: 'Stage') -> bool:
        settings = self._settings(stage)
        return settings.is_file() and settings.read_text(encoding='utf-8') != stage.config.pretty_text

    def run(self) -> dict[str, str]:
        """Train what is not done. What fails does not stop what does not need it.

        Returns:
            What went wrong, by stage.
        """
        futures: dict[str, Future[str | None]] = {}
        with ThreadPoolExecutor(len(self.chosen)) as pool:
            for name in self.chosen:
                needed = {other: futures[other] for other in self.stages[name].needs if other in futures}
                futures[name] = pool.submit(self._train_after, self.stages[name], needed)
        return {name: problem for name, future in futures.items() if (problem := future.result())}

    def _train_after(self, stage: 'Stage', needed: Mapping[str, 'Future[str | None]']) -> str | None:
        if failed := [name for name, future in needed.items() if future.result()]:
            return f'needs {", ".join(failed)}'
        with self.free:
            return None if stage.checkpoint.is_file() else self._train(stage)

    def _train(self, stage: 'Stage') -> str | None:
        from ofer.engine.checkpoints.weights import publish_weights
        from ofer.engine.config import latest_checkpoint
        from ofer.engine.processes.tool_runs import last_lines, progress, run_logged

        place = self.folder / stage.name
        command = ['train', os.path.relpath(stage.path), '--work-dir', str(place), '--resume']
        command += [] if self.seed is None else ['--seed', str(self.seed)]
        command += ['--cfg-options', *stage.options] if stage.options else []
        start = []
        if self.processes > 1:
            start = ['-m', 'torch.distributed.run', '--standalone', '--nproc-per-node', str(self.processes)]
            command += ['--launcher', 'pytorch']
        command = [*start, '-m', 'ofer', *command]
        log = self.folder / 'logs' / f'{stage.name}.log'
        print(f'\n$ python {shlex.join(command)}\n  (all that it says: {log})\n', flush=True)
        place.mkdir(parents=True, exist_ok=True)
        self._settings(stage).write_text(stage.config.pretty_text, encoding='utf-8')

        def show(line: str) -> None:
            if said := progress(line):
                print(f'{stage.name:<12}{said[:124]}', flush=True)

        code = run_logged([sys.executable, *command], log, self.jobs, show)
        if code:
            return f'ended with status {code}: {last_lines(log)} ({log})'
        last = latest_checkpoint(place)
        if last is None:
            return f'left no checkpoint in {place}'
        publish_weights(last, stage.checkpoint)
        print(f'{stage.name:<12}{stage.checkpoint}', flush=True)
        return None


def main(args: argparse.Namespace) -> None:
    from ofer.engine.processes.launch import UsageError
    from ofer.engine.stages import read_stages

    stages = read_stages(args.plan, Path(), args.cfg_options, args.checkpoints)
    if unknown := set(args.only or ()) - set(stages):
        raise UsageError(f'{args.plan}: has no {", ".join(sorted(unknown))}; its stages are {", ".join(stages)}')
    chosen = [name for name in stages if not args.only or name in args.only]
    folder = args.work_dir or Path('work_dirs') / args.plan.stem
    runs = Stages(stages, chosen, folder, args.jobs, args.processes, args.seed)
    text, problems = runs.describe()
    print(f'{args.plan}, in {folder}:\n{text}', flush=True)
    if problems:
        raise UsageError('\n'.join(problems))
    if args.dry_run:
        return
    if failed := runs.run():
        listed = '\n'.join(f'  {name} {problem}' for name, problem in failed.items())
        raise UsageError(f'not all stages are trained; the same command goes on from here.\n{listed}')
