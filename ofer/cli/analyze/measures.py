"""Several models on one test set, side by side.

    ofer test configs/latent_ofer/latent_ofer_svdd_synthetic.py SVDD.pth --all --out svdd.json
    ofer test configs/latent_ofer/latent_ofer_ocsvm_synthetic.py OCSVM.pth --all --out ocsvm.json
    ofer analyze measures svdd.json ocsvm.json

Prints a table for each test set that all files have: a row for each measure, a column for each file.
"""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('files', type=Path, nargs='+', metavar='FILE', help='measures, as ofer test --out FILE.json wrote them')


def main(args: argparse.Namespace) -> None:
    from ofer.evaluation.comparison import metrics_tables
    from ofer.evaluation.result_files import read_metrics

    stems = [path.stem for path in args.files]
    names = [path.stem if stems.count(path.stem) == 1 else str(path) for path in args.files]
    print(metrics_tables({name: read_metrics(path) for name, path in zip(names, args.files, strict=True)}))
