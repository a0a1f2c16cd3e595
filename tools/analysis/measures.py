"""Several models on one test set, side by side.

    python tools/test.py configs/latent_ofer_svdd_synthetic.py SVDD.pth --all --out svdd.json
    python tools/test.py configs/latent_ofer_ocsvm_synthetic.py OCSVM.pth --all --out ocsvm.json
    python tools/analysis/measures.py svdd.json ocsvm.json

Prints a table for each test set that all files have: a row for each measure, a column for each file.
"""

import argparse
import json
import sys
from pathlib import Path


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('files', type=Path, nargs='+', metavar='FILE', help='measures, as tools/test.py --out FILE.json wrote them')
    return parser.parse_args()


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
        raise ValueError(f'{path}: no measures of tools/test.py. Test again with --out FILE.json.') from error


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


if __name__ == '__main__':
    arguments = parse_args()
    try:
        print(tables({path.stem: read(path) for path in arguments.files}))
    except (ValueError, FileNotFoundError) as error:
        sys.exit(f'error: {error}')
