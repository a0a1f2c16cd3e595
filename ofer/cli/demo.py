"""A first look, on one page: ``make demo``, or ``ofer demo``.

The weights of the package answer on public-domain photographs, as they are and with a mask drawn over nose and mouth. Then a landmark
network, a face parser and a small ORSANet are trained on drawn faces for a few minutes. The page is work_dirs/demo/report.html, which needs
no other file. Finished steps are not repeated, and an interrupted step continues. ``ofer demo-train`` trains longer.
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
    from dataclasses import replace

    from ofer.demos.first_look import run_first_look
    from ofer.demos.orsanet import SHORT, SMOKE

    folder = args.work_dir or Path('work_dirs') / ('demo_smoke' if args.smoke else 'demo')
    if args.fresh and folder.exists():
        shutil.rmtree(folder)
    extent = replace(SHORT, lengths=SMOKE.lengths, epochs=SMOKE.epochs) if args.smoke else SHORT
    print(f'\nPage: {run_first_look(folder, extent, partial(print, flush=True))}')
