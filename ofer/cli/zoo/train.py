"""Train the weights that come with the package: ``ofer zoo train all --data data --out work_dirs/zoo``.

The plan configs/zoo/plan_zoo.py lists the trainings and their expected times on two CPU cores and on a large GPU. Finished trainings
are not repeated, and stopped ones are resumed. Afterwards the weights are calibrated, tested, and written in half precision to
OUT/weights, each with its card; ``ofer zoo ship`` puts them into the package.

--data is the folder of the data sets: fer2013 (with ferplus), occluders, portraits, and checkpoints for the published landmark network.

With --budget 8min, one large GPU trains everything in that time: several trainings at once, in bfloat16, channels-last, images in its
memory, compiled where it pays. Each training measures its steps and chooses its length, at most that of its config; OUT/report.md says what
it chose. The rest of the time measures the speed of training.
"""

import argparse
from functools import partial
from pathlib import Path

from ofer.cli.options import at_least, seconds

PACKAGING, SPEED = 0.12, 0.15
"""Shares of the budget: for calibration, tests and packaging, and for the speed table."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('names', nargs='+', metavar='NAME', help='weights or stages of the plan, or all')
    parser.add_argument('--data', type=Path, default=Path('data'), metavar='DIR', help='folder of the data sets (default: %(default)s)')
    parser.add_argument('--out', type=Path, default=Path('work_dirs/zoo'), metavar='DIR', help='default: %(default)s')
    parser.add_argument(
        '--jobs', type=at_least(1), help='number of trainings at the same time (default: 1; with --budget: one for 3 cores)'
    )
    parser.add_argument('--budget', type=seconds, metavar='TIME', help='train everything in this time, e.g. 8min, on one large GPU')
    parser.add_argument('--seed', type=at_least(0), help='added to the random seeds of the configs (default: 0)')
    parser.add_argument('--no-speed', action='store_true', help='with --budget: no speed table')
    parser.add_argument('--plan', type=Path, default=Path('plan_zoo.py'), help='default: %(default)s, which comes with the package')
    parser.add_argument('--dry-run', action='store_true', help='print what would be done and expected times, and exit')


def main(args: argparse.Namespace) -> None:
    import sys
    import time

    from ofer.engine.checkpoints.atomic_backend import AtomicBackend
    from ofer.engine.processes.launch import UsageError
    from ofer.engine.processes.tool_runs import num_cores, run_logged
    from ofer.engine.stage_runs import StageRuns
    from ofer.engine.zoo import deadlines, expected, fitted_table, needed_stages, package_all, read_zoo, remaining
    from ofer.shipped import moved_config

    start = time.monotonic()
    zoo = read_zoo(moved_config(args.plan), args.data, args.out)
    chosen = needed_stages(zoo, args.names)
    jobs = args.jobs or (max(1, num_cores() // 3) if args.budget else 1)
    print_now = partial(print, flush=True)
    until, arguments = {}, []
    if args.budget:
        shares = PACKAGING + (0 if args.no_speed else SPEED)
        open_ = [name for name in chosen if not zoo.stages[name].checkpoint.is_file()]
        gpu_minutes = {name: times[1] for name, times in zoo.minutes.items()}
        until = deadlines(zoo.stages, gpu_minutes, open_, start, start + (1 - shares) * args.budget)
        arguments = ['--large-gpu']
    runs = StageRuns(zoo.stages, chosen, args.out / 'runs', jobs, 1, args.seed, print_now, arguments, until)
    text, problems = runs.describe()
    print_now(f'{args.plan}, in {args.out}, {jobs} at the same time:\n{text}\n\n{expected(zoo, chosen)}')
    if problems:
        raise UsageError('\n'.join(problems))
    if args.dry_run:
        return
    failed = runs.run()
    names = [name for name in zoo.weights if 'all' in args.names or name in args.names]
    ready = [name for name in names if all(zoo.stages[stage].checkpoint.is_file() for stage in needed_stages(zoo, [name]))]
    failed |= package_all(zoo, ready, jobs, print_now)
    if args.budget:
        AtomicBackend().put_text(f'{fitted_table(zoo, chosen)}\n', args.out / 'report.md')
        print_now(f'\n{fitted_table(zoo, chosen)}\n')
    left = remaining(start + args.budget) if args.budget and not args.no_speed else 0
    if left > 30:
        command = ['analyze', 'training-speed', '--budget', f'{left - 20:.0f}', '--limit', '40', '--out', str(args.out / 'speed')]
        run_logged([sys.executable, '-m', 'ofer', *command], args.out / 'logs' / 'speed.log', 1, lambda line: print_now(line, end=''))
    if failed:
        listed = '\n'.join(f'  {name} {problem}' for name, problem in failed.items())
        raise UsageError(f'not everything is done; the same command continues from here.\n{listed}')
    print_now(f'{time.monotonic() - start:.0f} s; weights and cards: {args.out / "weights"}')
