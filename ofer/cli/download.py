"""Download weights, so that they can be used without the web.

ofer download --all
ofer download --all --to DIR    then on the machine without the web: export OFER_HOME=DIR OFER_OFFLINE=1
ofer download yunet

Names are those of ofer.list_models(pretrained=True), and yunet, OpenCV's face detector. Hashes are checked.
"""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument('names', nargs='*', help='which weights')
    parser.add_argument('--all', action='store_true', help='all weights, those of the package too')
    parser.add_argument('--to', type=Path, metavar='DIR', help='copy them to this folder (default: the cache, OFER_HOME)')


def main(args: argparse.Namespace) -> None:
    """Run the command."""
    from ofer.apis.named_weights import download, extras, pretrained
    from ofer.engine.processes.launch import UsageError

    if bool(args.names) == args.all:
        raise UsageError(f'name weights, or give --all: {", ".join([*pretrained(), *extras()])}')
    for path in download(args.names, args.to):
        print(f'{path}  {path.stat().st_size / 1e6:.2f} MB')
