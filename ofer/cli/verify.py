"""Check a data set before training: its layout, whether every image can be decoded, its contents, and its problems.

    ofer verify data/RAF-DB --type RAFDB
    ofer verify data/fer2013 --type FERPlus --split train test --out report.json
    ofer verify data/own --type FaceFolder --cfg-options num_classes=8 mapping.0=neutral

Every problem is listed with its file. The exit status is 0 if the data set is ready for training, and 1 if a file is missing, an image is
corrupt or an annotation is wrong. Duplicates (equal in all decoded pixels), odd sizes and empty classes are reported, but are no error.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ofer.cli.options import at_least

if TYPE_CHECKING:
    from ofer.datasets.verification import Split, Verdict


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('root', help='folder of the data set')
    parser.add_argument('--type', required=True, help='class of the data set, as in configs: RAFDB, AffectNet, FaceFolder ...')
    parser.add_argument('--split', nargs='+', default=[], metavar='SPLIT', help='train, val or test (default: all existing splits)')
    parser.add_argument(
        '--workers',
        type=at_least(0),
        default=os.cpu_count(),
        help='number of processes for decoding; 0: this one (default: one for each core)',
    )
    parser.add_argument(
        '--show', type=at_least(0), default=10, help='number of duplicates and notes to list; all problems are listed (default: 10)'
    )
    parser.add_argument('--out', type=Path, help='.json file for the whole report, with all duplicates')
    parser.add_argument('--cfg-options', nargs='+', default=[], metavar='KEY=VALUE', help='arguments of the class, e.g. num_classes=8')


def main(args: argparse.Namespace) -> int:
    from mmengine import Config
    from tqdm import tqdm

    from ofer.datasets.verification import dataset_class, images_of, inspect_images, judge, read_splits
    from ofer.engine.config import parse_options

    options = Config()
    options.merge_from_dict(parse_options(args.cfg_options))
    splits = read_splits(dataset_class(args.type), args.root, args.split, options.to_dict())
    for split in splits:
        print(f'{args.type} {split.title}: {split.layout}, {len(split.images)} images')
    sys.stdout.flush()
    images = images_of(splits)
    inspections = []
    with tqdm(total=len(images), unit=' images', disable=not sys.stderr.isatty(), dynamic_ncols=True) as bar:
        for batch in inspect_images(images, args.workers):
            inspections += batch
            bar.update(len(batch))
    verdict = judge(splits, inspections)
    print('\n'.join(['', *describe(splits, verdict, args.show)]))
    if args.out is not None:
        write(args.out, splits, verdict)
    return 0 if verdict.ready else 1


def describe(splits: Sequence['Split'], verdict: 'Verdict', most: int) -> list[str]:
    """The report as lines; at most ``most`` duplicates and notes."""
    from ofer.evaluation.report import markdown_table

    titles = [split.title for split in splits]
    rows = [[label, *(str(numbers[title]) for title in titles)] for label, numbers in verdict.counts.items()]
    totals = [str(sum(numbers[title] for numbers in verdict.counts.values())) for title in titles]
    lines = [markdown_table(['images', *titles], [*rows, ['total', *totals]]), '']
    sizes = [f'{width}x{height} {number}' for (height, width), number in list(verdict.sizes.items())[:5]]
    more = f' and {len(verdict.sizes) - 5} other sizes' if len(verdict.sizes) > 5 else ''
    lines.append(f'decoded: {verdict.decoded}, {verdict.grey} of them grey; pixels: {", ".join(sizes) or "none"}{more}')
    across = [duplicate for duplicate in verdict.duplicates if len(duplicate.splits) > 1]
    lines.append(
        f'duplicates (equal in all decoded pixels): {len(across)} groups across splits, '
        f'{len(verdict.duplicates) - len(across)} within one, {sum(d.disagree for d in verdict.duplicates)} of all with different labels'
    )
    lines += pairs_of_splits(verdict)
    listed = [', '.join(f'{path} ({split}, {label})' for split, path, label in d.places) for d in verdict.duplicates]
    lines += shortened(listed, most)
    lines.append(f'notes: {len(verdict.notes)}')
    lines += shortened(verdict.notes, most)
    kinds = Counter(problem.kind for problem in verdict.problems)
    lines.append(f'problems: {len(verdict.problems)}' + ''.join(f', {kind} {number}' for kind, number in kinds.items()))
    lines += [f'  {problem.kind}: {problem.message}' for problem in verdict.problems]
    lines.append('a training may start' if verdict.ready else 'no training may start')
    return lines


def pairs_of_splits(verdict: 'Verdict') -> list[str]:
    """Number of groups of equal images that each set of splits shares."""
    shared = Counter(' and '.join(duplicate.splits) for duplicate in verdict.duplicates if len(duplicate.splits) > 1)
    return [f'  {number} in {titles}' for titles, number in shared.items()]


def shortened(lines: Sequence[str], most: int) -> list[str]:
    """The first lines, indented, and the number of the others."""
    rest = [f'  and {len(lines) - most} more (--show, --out)'] if len(lines) > most else []
    return [*(f'  {line}' for line in lines[:most]), *rest]


def write(path: Path, splits: Sequence['Split'], verdict: 'Verdict') -> None:
    """Write the whole report as JSON."""
    import mmengine

    content: dict[str, Any] = {
        'ready': verdict.ready,
        'layouts': {split.title: split.layout for split in splits},
        'counts': verdict.counts,
        'decoded': verdict.decoded,
        'grey': verdict.grey,
        'sizes': {f'{width}x{height}': number for (height, width), number in verdict.sizes.items()},
        'problems': [{'kind': problem.kind, 'message': problem.message} for problem in verdict.problems],
        'notes': list(verdict.notes),
        'duplicates': [
            [{'split': split, 'img_path': image, 'label': label} for split, image, label in d.places] for d in verdict.duplicates
        ],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    mmengine.dump(content, path, file_format='json', indent=1)
