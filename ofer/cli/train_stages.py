"""Train a system's stages in order: ``ofer train-stages configs/latent_ofer/plan_synthetic.py``.

Each stage is trained by ofer train in <work-dir>/<stage>, and its weights are left where the plan says, which is where the stages after
it look for them. A stage whose checkpoint is there is done, whoever made it: a published one may be put there. What was interrupted goes on
where it stopped. What will be done, and what is missing, is said first.
"""

import argparse
from functools import partial
from pathlib import Path


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
        raise UsageError(f'not all stages are trained; the same command goes on from here.\n{listed}')
