"""Compare two models on the same test sets, image by image.

    ofer test CONFIG_A CHECKPOINT_A --all --dump a.json
    ofer test CONFIG_B CHECKPOINT_B --all --dump b.json
    ofer analyze compare a.json b.json

Prints both accuracies with their 95 % intervals (Wilson), the difference with its own (paired), and McNemar's exact p-value, in percent.
"""

import argparse
import json
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('first', type=Path, help='predictions of model A, as ofer test --dump FILE.json wrote them')
    parser.add_argument('second', type=Path, help='predictions of model B')


def compare(first: dict, second: dict) -> str:
    """Markdown table of two dumps, a row for every test set that both have."""
    from ofer.evaluation.functional import wilson_interval
    from ofer.evaluation.paired import paired_difference
    from ofer.evaluation.report import markdown_table

    rows = []
    for name in (name for name in first['sets'] if name in second['sets']):
        pairs = [{sample['img_path']: sample for sample in dump['sets'][name]} for dump in (first, second)]
        if pairs[0].keys() != pairs[1].keys() or len(pairs[0]) != len(first['sets'][name]):
            raise ValueError(f'{name}: the two files are not about the same images. Test both models on the same set.')
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


def read(path: Path) -> dict:
    """A dump of predictions; only JSON, since reading a pickle runs what it carries.

    Raises:
        ValueError: the file is of another kind, or holds no predictions.
        FileNotFoundError: there is no such file.
    """
    if path.suffix != '.json':
        raise ValueError(f'{path}: expected a .json file; others could run code when read. Test again with --dump FILE.json.')
    try:
        content = json.loads(path.read_text(encoding='utf-8'))
    except ValueError as error:
        raise ValueError(f'{path}: no JSON ({error}). Test again with --dump FILE.json.') from error
    sets = content.get('sets') if isinstance(content, dict) else None
    if not isinstance(sets, dict) or not all(isinstance(samples, list) for samples in sets.values()):
        raise ValueError(f'{path}: holds no predictions. Give what ofer test wrote with --dump; --out writes measures only.')
    return content


def main(args: argparse.Namespace) -> None:
    print(compare(read(args.first), read(args.second)))
