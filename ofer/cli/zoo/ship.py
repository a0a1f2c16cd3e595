"""Put trained weights and their cards into the package: ``ofer zoo ship work_dirs/zoo/weights``.

The folder has NAME.safetensors and NAME.json of each, as ``ofer zoo train`` writes them. They replace those of the same names, and
ofer/weights/README.md is written from all cards. A card may lack what the file itself says (hash, size, classes) and texts that the
card of the file that it replaces has. Without a folder, only the page is written.
"""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('source', type=Path, nargs='?', help='folder with weights and cards')
    parser.add_argument('names', nargs='*', help='which weights (default: all in the folder)')
    parser.add_argument('--to', type=Path, metavar='DIR', help='folder of the weights of the package (default: that of this installation)')


def main(args: argparse.Namespace) -> None:
    from ofer.engine.cards import ship, write_page
    from ofer.weights import FOLDER

    package = args.to or FOLDER
    if args.source is None:
        print(write_page(package))
        return
    for path in ship(args.source, args.names, package):
        print(f'{path}: {path.stat().st_size / 1e6:.2f} MB')
    print(package / 'README.md')
