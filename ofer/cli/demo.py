"""Train small models on drawn faces and write a report: ``make demo``, or ``ofer demo``.

Trains a landmark network, a face parser, a small ORSANet and a ResNet-18 on drawn faces, tests the two classifiers on clean faces and on
faces behind black blocks, and writes work_dirs/demo/report.md. Every step is an ofer command, and is printed. Finished
steps are not repeated, and an interrupted step continues.
"""

import argparse
import shutil
from functools import partial
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('--work-dir', type=Path, help='output folder (default: work_dirs/demo, or work_dirs/demo_smoke)')
    parser.add_argument('--fresh', action='store_true', help='delete the output folder first')
    parser.add_argument('--smoke', action='store_true', help='a few faces and one epoch: only a test that everything runs')


def main(args: argparse.Namespace) -> None:
    from ofer.demos.orsanet import run_demo

    folder = args.work_dir or Path('work_dirs') / ('demo_smoke' if args.smoke else 'demo')
    if args.fresh and folder.exists():
        shutil.rmtree(folder)
    run_demo(folder, args.smoke, partial(print, flush=True))
