"""Train small models on drawn faces and write a report: ``make demo-train``, or ``ofer demo-train``.

Trains a landmark network, a face parser, a small ORSANet and a ResNet-18 on drawn faces, tests the two classifiers on clean faces and on
faces behind black blocks, and writes work_dirs/demo_train/report.md. Every step is an ofer command, and is printed. Finished
steps are not repeated, and an interrupted step continues.
"""

import argparse
import shutil
from functools import partial
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('--work-dir', type=Path, help='output folder (default: work_dirs/demo_train, or demo_train_smoke)')
    parser.add_argument('--fresh', action='store_true', help='delete the output folder first')
    parser.add_argument('--smoke', action='store_true', help='a few faces and one epoch: only a test that everything runs')


def main(args: argparse.Namespace) -> None:
    from ofer.demos.orsanet import FULL, SMOKE, run_demo

    folder = args.work_dir or Path('work_dirs') / ('demo_train_smoke' if args.smoke else 'demo_train')
    if args.fresh and folder.exists():
        shutil.rmtree(folder)
    run_demo(folder, SMOKE if args.smoke else FULL, partial(print, flush=True))
