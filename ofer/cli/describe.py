"""Tell which config made a checkpoint: its name, model, classes, length of the training, seed, time and version.

ofer describe work_dirs/orsanet_rafdb/epoch_60.pth
ofer describe epoch_60.pth --config-out its_config.py
"""

import argparse
from pathlib import Path

from ofer.cli.options import file_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument('checkpoint', type=Path, help='checkpoint of a training or of ofer convert')
    parser.add_argument('--config-out', type=file_of('.py'), metavar='FILE.py', help='write the whole config in it, with overrides')


def main(args: argparse.Namespace) -> None:
    """Run the command."""
    from ofer.engine.checkpoints.origin import origin
    from ofer.engine.processes.launch import UsageError

    found = origin(args.checkpoint)
    print('\n'.join(found.lines()))
    if args.config_out is not None:
        if found.text is None:
            raise UsageError(f'{args.checkpoint}: contains no config')
        args.config_out.parent.mkdir(parents=True, exist_ok=True)
        args.config_out.write_text(found.text, encoding='utf-8')
        print(f'{args.config_out}: the whole config, with overrides')
