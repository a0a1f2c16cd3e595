"""Compare two models on the same test sets, image by image.

    ofer test CONFIG_A CHECKPOINT_A --all --dump a.json
    ofer test CONFIG_B CHECKPOINT_B --all --dump b.json
    ofer analyze compare a.json b.json

Prints both accuracies with their 95 % intervals (Wilson), the difference with its own (paired), and McNemar's exact p-value, in percent.
"""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('first', type=Path, help='predictions of model A, as ofer test --dump FILE.json wrote them')
    parser.add_argument('second', type=Path, help='predictions of model B')


def compare(first: dict[str, list[dict]], second: dict[str, list[dict]]) -> str:
    """Markdown table of two dumps, a row for every test set that both have.

    Args:
        first: predictions of model A by test set, as :func:`ofer.evaluation.result_files.read_predictions` returns them.
        second: of model B.

    Raises:
        ValueError: they have no test set in common, or one of them holds other images or other labels.
    """
    from ofer.evaluation.functional import wilson_interval
    from ofer.evaluation.paired import paired_difference
    from ofer.evaluation.report import markdown_table

    common = [name for name in first if name in second]
    if not common:
        raise ValueError(f'no test set in common: {", ".join(first)} and {", ".join(second)}. Test both models on the same sets.')
    rows = []
    for name in common:
        pairs = [{sample['img_path']: sample for sample in dump[name]} for dump in (first, second)]
        if pairs[0].keys() != pairs[1].keys():
            raise ValueError(f'{name}: the two files are not about the same images. Test both models on the same set.')
        other = next((path for path in pairs[0] if pairs[0][path]['gt_label'] != pairs[1][path]['gt_label']), None)
        if other is not None:
            raise ValueError(f'{name}: {other} has another label in the second file. Test both models with the same labels.')
        a, b = ([dump[path]['pred_label'] == dump[path]['gt_label'] for path in pairs[0]] for dump in pairs)
        n = len(a)
        cells = []
        for right in (a, b):
            low, high = wilson_interval(sum(right), n)
            cells.append(f'{100 * sum(right) / n:.2f} ({100 * low:.2f} to {100 * high:.2f})')
        paired = paired_difference(a, b)
        difference = f'{100 * paired.difference:+.2f} ({100 * paired.low:+.2f} to {100 * paired.high:+.2f})'
        rows.append([name, str(n), *cells, difference, f'{paired.p_value:.2g}'])
    return markdown_table(['test set', 'images', 'A', 'B', 'A - B', 'p'], rows)


def main(args: argparse.Namespace) -> None:
    from ofer.evaluation.result_files import read_predictions

    print(compare(read_predictions(args.first), read_predictions(args.second)))
