"""Train the stages of a system in order: ``ofer train-stages configs/latent_ofer/plan_synthetic.py``.

Each stage is trained by ofer train in <work-dir>/<stage>, and its weights are written to the checkpoint path of the plan, where later
stages read them. A stage with an existing checkpoint is done, so a published checkpoint can be put there. An interrupted stage is resumed.
The command first prints what will be done and which files are missing.
"""

import argparse
from functools import partial
from pathlib import Path

from ofer.cli.options import at_least


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('plan', type=Path, help='the stages, e.g. configs/latent_ofer/plan_synthetic.py')
    parser.add_argument('--only', nargs='+', metavar='STAGE', help='train only these stages, with the existing checkpoints of the others')
    parser.add_argument(
        '--work-dir', type=Path, help='folder for logs and checkpoints of the trainings (default: work_dirs/<name of the plan>)'
    )
    parser.add_argument('--checkpoints', type=Path, metavar='DIR', help='folder for the weights of the stages (default: as in the plan)')
    parser.add_argument(
        '--cfg-options', nargs='+', default=[], metavar='KEY=VALUE', help='overrides for all stages, or for one stage: STAGE.KEY=VALUE'
    )
    parser.add_argument(
        '--jobs', type=at_least(1), default=1, help='number of stages to train at the same time, if possible; they share the cores'
    )
    parser.add_argument(
        '--processes', type=at_least(1), default=1, help='number of processes for each stage on this machine, e.g. one for each GPU'
    )
    parser.add_argument('--seed', type=at_least(0), help='added to the random seeds of the configs (default: 0)')
    parser.add_argument('--dry-run', action='store_true', help='print what would be done, and exit')


def main(args: argparse.Namespace) -> None:
    from ofer.engine.processes.launch import UsageError
    from ofer.engine.stage_runs import StageRuns
    from ofer.engine.stages import read_stages

    stages = read_stages(args.plan, Path(), args.cfg_options, args.checkpoints)
    if unknown := set(args.only or ()) - set(stages):
        raise UsageError(f'{args.plan}: has no {", ".join(sorted(unknown))}; its stages are {", ".join(stages)}')
    chosen = [name for name in stages if not args.only or name in args.only]
    folder = args.work_dir or Path('work_dirs') / args.plan.stem
    runs = StageRuns(stages, chosen, folder, args.jobs, args.processes, args.seed, partial(print, flush=True))
    text, problems = runs.describe()
    print(f'{args.plan}, in {folder}:\n{text}', flush=True)
    if problems:
        raise UsageError('\n'.join(problems))
    if args.dry_run:
        return
    if failed := runs.run():
        listed = '\n'.join(f'  {name} {problem}' for name, problem in failed.items())
        raise UsageError(f'not all stages are trained; the same command continues from here.\n{listed}')
