"""Several models on one test set, side by side.

    ofer test configs/latent_ofer/latent_ofer_svdd_synthetic.py SVDD.pth --all --out svdd.json
    ofer test configs/latent_ofer/latent_ofer_ocsvm_synthetic.py OCSVM.pth --all --out ocsvm.json
    ofer analyze measures svdd.json ocsvm.json

Prints a table for each test set that all files have: a row for each measure, a column for each file.
"""

import argparse
import json
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('files', type=Path, nargs='+', metavar='FILE', help='measures, as ofer test --out FILE.json wrote them')


def read(path: Path) -> dict[str, dict[str, float]]:
    """Measures of each test set, by name.

    Raises:
        ValueError: the file is of another kind.
        FileNotFoundError: there is no such file.
    """
    try:
        content = json.loads(path.read_text(encoding='utf-8'))
        return {name: one['measures'] for name, one in content['sets'].items()}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f'{path}: no measures of ofer test. Test again with --out FILE.json.') from error


def tables(reports: dict[str, dict[str, dict[str, float]]]) -> str:
    """Markdown tables of the test sets that all reports have.

    Args:
        reports: what :func:`read` returned, by the name of the model.

    Raises:
        ValueError: they have none in common.
    """
    from ofer.evaluation.report import measures_table

    common = [name for name in next(iter(reports.values())) if all(name in sets for sets in reports.values())]
    if not common:
        raise ValueError(f'{", ".join(reports)} have no test set in common. Test them with configs that name the same sets.')
    return '\n\n'.join(f'{name}\n\n{measures_table({model: sets[name] for model, sets in reports.items()})}' for name in common)


def main(args: argparse.Namespace) -> None:
    print(tables({path.stem: read(path) for path in args.files}))
