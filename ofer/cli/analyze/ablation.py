"""Train and test variants of an experiment over seeds: ``ofer analyze ablation configs/ablations/plan_orsanet_synthetic.py``.

A plan is a Python config with ``base`` (config of an experiment), ``variants`` (name to overrides, as for --cfg-options; the others are
compared with the first one), ``common`` (overrides of all variants), ``sets`` (the test sets; default: all of the config) and ``seeds``.
<out>/<variant> contains the config of a variant, and its seed_<seed> the checkpoints, logs and metrics. Finished runs are not repeated, and
interrupted runs are resumed. <out>/ablation.md has mean and standard deviation over the seeds for each test set, of all finished runs,
and the paired difference from the first variant with its 95 % interval.
"""

import argparse
import json
from functools import partial
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('plan', type=Path, help='Python file with the config and its variants')
    parser.add_argument('--base', metavar='CONFIG', help="another experiment for the same variants (default: the plan's)")
    parser.add_argument('--out', type=Path, metavar='DIR', help='default: work_dirs/ablations/<name of the plan, or of --base>')
    parser.add_argument('--variants', nargs='+', metavar='NAME', help='run only these variants')
    parser.add_argument('--seeds', nargs='+', type=int, help="default: the plan's")
    parser.add_argument('--measure', default='accuracy', help='metric of the table (default: accuracy)')
    parser.add_argument('--jobs', type=int, default=1, help='number of runs at the same time; they share the cores')
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
    ablation = Ablation(folder, configs, args.amp, args.jobs, partial(print, flush=True))
    failed = ablation.run(chosen, seeds)
    results = ablation.finished()
    text = table(results, args.measure)
    (folder / 'ablation.md').write_text(f'{args.measure}, mean and standard deviation over seeds\n\n{text}\n', encoding='utf-8')
    (folder / 'ablation.json').write_text(json.dumps(results, indent=1), encoding='utf-8')
    print(f'\n{text}\n\n{folder / "ablation.md"}')
    if failed:
        raise UsageError(f'{failed} of {len(seeds) * len(chosen)} runs failed, see above; run the command again to continue')
