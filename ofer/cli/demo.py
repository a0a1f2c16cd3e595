"""From nothing to trained models, a table and a picture: ``make demo``, or ``ofer demo``.

Trains a landmark network, a face parser, a small ORSANet and a ResNet-18 on drawn faces, tests the two classifiers on clean faces and on
faces behind black blocks, and writes work_dirs/demo/report.md. Every step is the command that a user would type, and is shown. What is
finished is not done again, and what was interrupted goes on where it stopped.
"""

import argparse
import shutil
from functools import partial
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('--work-dir', type=Path, help='where all goes (default: work_dirs/demo, or work_dirs/demo_smoke)')
    parser.add_argument('--fresh', action='store_true', help='throw away what an earlier run left, and start anew')
    parser.add_argument('--smoke', action='store_true', help='a few faces and one epoch: shows that everything runs, and nothing else')


def main(args: argparse.Namespace) -> None:
    from ofer.demos.orsanet import run_demo

    folder = args.work_dir or Path('work_dirs') / ('demo_smoke' if args.smoke else 'demo')
    if args.fresh and folder.exists():
        shutil.rmtree(folder)
    run_demo(folder, args.smoke, partial(print, flush=True))
