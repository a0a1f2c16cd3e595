"""Train and test variants of an experiment over seeds: ``ofer analyze ablation configs/ablations/plan_orsanet_synthetic.py``.

A plan is a Python config with ``base`` (config of an experiment), ``variants`` (name to overrides, as for --cfg-options; the others are
compared with the first one), ``common`` (overrides of all variants), ``sets`` (the test sets; default: all of the config) and ``seeds``.
<out>/<variant> contains the config of a variant, and its seed_<seed> the checkpoints, logs and metrics. Finished runs are not repeated, and
interrupted runs are resumed. <out>/ablation.md has mean and standard deviation over the seeds for each test set, of all finished runs,
and the paired difference from the first variant with its 95 % interval.
"""

import argparse
import json
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path

from ofer.cli.options import at_least

INTERRUPTED = 130
"""Status of a command that its user has stopped."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('plan', type=Path, help='Python file with the config and its variants')
    parser.add_argument('--base', metavar='CONFIG', help="another experiment for the same variants (default: the plan's)")
    parser.add_argument('--out', type=Path, metavar='DIR', help='default: work_dirs/ablations/<name of the plan, or of --base>')
    parser.add_argument('--variants', nargs='+', metavar='NAME', help='run only these variants')
    parser.add_argument('--seeds', nargs='+', type=at_least(0), help="default: the plan's")
    parser.add_argument('--measure', default='accuracy', help='metric of the table (default: accuracy)')
    parser.add_argument('--jobs', type=at_least(1), default=1, help='number of runs at the same time; they share the cores')
    parser.add_argument(
        '--in-process', action='store_true', help='run all in this process: for trainings that are shorter than the start of a process'
    )
    parser.add_argument('--amp', action='store_true', help='mixed precision')


def main(args: argparse.Namespace) -> None:
    from ofer.engine.ablation import Ablation, read_plan, table
    from ofer.engine.config import read_file, use_mixed_precision
    from ofer.engine.processes.launch import UsageError

    configs = read_plan(args.plan, args.base)
    if unknown := set(args.variants or ()) - set(configs):
        raise UsageError(f'{args.plan}: has no {", ".join(sorted(unknown))}; it has {", ".join(configs)}')
    chosen = args.variants or list(configs)
    if args.amp:
        for config in configs.values():
            use_mixed_precision(config)
    folder = args.out or Path('work_dirs') / 'ablations' / Path(args.base or args.plan).stem
    seeds = args.seeds or list(read_file(args.plan).seeds)
    if args.in_process and args.jobs > 1:
        raise UsageError('--in-process makes one run after the other: give no --jobs')
    run_tool = _in_this_process if args.in_process else None
    ablation = Ablation(folder, configs, args.amp, args.jobs, partial(print, flush=True), run_tool)
    failed = ablation.run(chosen, seeds)
    results = ablation.finished()
    text = table(results, args.measure)
    (folder / 'ablation.md').write_text(f'{args.measure}, mean and standard deviation over seeds\n\n{text}\n', encoding='utf-8')
    (folder / 'ablation.json').write_text(json.dumps(results, indent=1), encoding='utf-8')
    print(f'\n{text}\n\n{folder / "ablation.md"}')
    if failed:
        raise UsageError(f'{failed} of {len(seeds) * len(chosen)} runs failed, see above; run the command again to continue')


def _in_this_process(arguments: Sequence[str], log: Path) -> int:
    from ofer.cli.main import main as run_command

    with log.open('a', encoding='utf-8') as file, redirect_stdout(file), redirect_stderr(file):
        try:
            run_command(arguments)
        except SystemExit as stop:
            if stop.code == INTERRUPTED:
                raise KeyboardInterrupt from stop
            return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    return 0
