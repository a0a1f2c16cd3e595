"""Train a small Latent-OFER and show its de-occlusion: ``make demo-deocclude``, or ``ofer demo-deocclude``.

Trains the stages of a small Latent-OFER on drawn faces with ofer train-stages, occludes faces of other people, repaints the
occluded parts, and writes work_dirs/demo_deocclude/report.md with a sheet of pictures and a table. Finished steps are not repeated, and an
interrupted step continues.
"""

import argparse
import shutil
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('--work-dir', type=Path, help='output folder (default: work_dirs/demo_deocclude, or demo_deocclude_smoke)')
    parser.add_argument('--fresh', action='store_true', help='delete the output folder first')
    parser.add_argument('--smoke', action='store_true', help='a few faces and one epoch: only a test that everything runs')


def main(args: argparse.Namespace) -> None:
    from ofer.demos.deocclude import run_demo

    folder = args.work_dir or Path('work_dirs') / ('demo_deocclude_smoke' if args.smoke else 'demo_deocclude')
    if args.fresh and folder.exists():
        shutil.rmtree(folder)
    tables = run_demo(folder.resolve(), args.smoke)
    print('\n\n'.join(['', *tables, f'Pictures: {folder / "sheet.png"}\nReport:   {folder / "report.md"}']))
