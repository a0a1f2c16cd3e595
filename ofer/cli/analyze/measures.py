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


def tables(reports: dict[str, dict[str, dict[str, float]]]) -> str:
    """Markdown tables of the test sets that all reports have.

    Args:
        reports: what :func:`ofer.evaluation.result_files.read_metrics` returned, by the name of the model.

    Raises:
        ValueError: they have none in common.
    """
    from ofer.evaluation.report import measures_table

    common = [name for name in next(iter(reports.values())) if all(name in sets for sets in reports.values())]
    if not common:
        raise ValueError(f'{", ".join(reports)} have no test set in common. Test them with configs that name the same sets.')
    return '\n\n'.join(f'{name}\n\n{measures_table({model: sets[name] for model, sets in reports.items()})}' for name in common)


def main(args: argparse.Namespace) -> None:
    from ofer.evaluation.result_files import read_metrics

    stems = [path.stem for path in args.files]
    names = [path.stem if stems.count(path.stem) == 1 else str(path) for path in args.files]
    print(tables({name: read_metrics(path) for name, path in zip(names, args.files, strict=True)}))
