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
from pathlib import Path

from ofer.cli.options import at_least


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('root', help='folder of the data set')
    parser.add_argument(
        '--type', required=True, help='class of the data set, as in configs: RAFDB, AffectNet, FaceFolder ..., or my_package.MyFaces'
    )
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
    import mmengine
    from mmengine import Config
    from tqdm import tqdm

    from ofer.datasets.verification import dataset_class, images_of, inspect_images, judge, read_splits, report_data, report_lines
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
    print('\n'.join(['', *report_lines(splits, verdict, args.show)]))
    if args.out is not None:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        mmengine.dump(report_data(splits, verdict), args.out, file_format='json', indent=1)
    return 0 if verdict.ready else 1
