"""Speed of training as published and as here: ``ofer analyze training-speed configs/orsanet_rafdb.py --batch-sizes 20 64``.

The published way: float32, frozen priors computed in both passes of SAM, NCHW, not compiled. Ours: bfloat16, channels-last, compiled,
priors from a cache; and what is between. Images and the weights of frozen parts are random: neither data nor checkpoints are needed. The
table has the ratio to the published way, memory, and the share of the device's peak. It is written to files after each row.
"""

import argparse
from pathlib import Path

from ofer.cli.options import add_overrides, at_least, decimal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('config', nargs='?', default='configs/orsanet_rafdb.py', help='experiment with SAM (default: %(default)s)')
    parser.add_argument('--batch-sizes', type=at_least(1), nargs='+', default=[64, 20], help='default: 64 and 20')
    parser.add_argument('--image-size', type=at_least(1), help="height and width, pixels (default: the config's)")
    parser.add_argument('--device', default=None, help='cpu or cuda (default: cuda if available)')
    parser.add_argument(
        '--limit', type=decimal(0), default=120, metavar='SECONDS', help='for the compilation of a row (default: %(default)s)'
    )
    parser.add_argument('--seconds', type=decimal(0), default=2, help='of timed steps of a row (default: %(default)s)')
    parser.add_argument('--budget', type=decimal(0), default=float('inf'), metavar='SECONDS', help='start no row after that time')
    parser.add_argument('--out', type=Path, metavar='DIR', help='folder for speed.json and speed.md, written after each row')
    add_overrides(parser)


def main(args: argparse.Namespace) -> None:
    import torch
    from mmengine.registry import DefaultScope

    from ofer.engine.config import image_size, read_config
    from ofer.engine.processes.launch import UsageError
    from ofer.engine.training_speed import speed_table, training_speed, write_report
    from ofer.registry import MODELS, SCOPE

    config = read_config(args.config, args.cfg_options)
    device = args.device or ('cuda' if torch.cuda.is_available() else 'cpu')
    size = args.image_size or image_size(config)
    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope(config.get('default_scope', SCOPE)):
        model = MODELS.build(config.model).to(device)
        if config.optim_wrapper.get('type') != 'SAMOptimWrapper' or not hasattr(model, 'precompute'):
            raise UsageError(f'{args.config}: training-speed needs SAMOptimWrapper and a model with frozen priors')
        report: dict = {}
        for report in training_speed(
            model, config, args.batch_sizes, size, device, limit=args.limit, seconds=args.seconds, budget=args.budget
        ):
            row = report['rows'][-1]
            print(progress(row), flush=True)
            if args.out is not None:
                write_report(report, args.out)
    print(f'\n{speed_table(report)}')


def progress(row: dict) -> str:
    """One line for a row of the report."""
    result = row['problem'] or f'{row["images_per_second"]:.4g} images/s, {row["memory_mib"]:.0f} MiB'
    return f'{row["way"]["name"]}, batch {row["batch"]}: {result}'
