"""Write an occluded copy of a split of a data set: real objects pasted over the faces, with pixel masks and a manifest.

    ofer prepare occluded-set configs/baselines/resnet18_rafdb.py --occluders data/occluders --out data/syn_rafdb
    ofer prepare occluded-set data/RAF-DB --type RAFDB --split val --occluders data/occluders/hand --out data/syn_rafdb_hand

DIR/<split>/<class>/<name>.png are the faces, lossless; DIR/masks/<split>/<class>/<name>.png their masks (255 = occluded); a line of
DIR/<split>.jsonl for each face has its source, and the file, place, scale, angle and light of each object. FaceFolder reads the faces,
LoadOcclusion the masks. A stopped run continues when it is started again. DIR is for one choice of settings.
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ofer.cli.options import at_least, decimal

if TYPE_CHECKING:
    from ofer.datasets import FERDataset

RANGES = {'scale': (0.3, 0.6), 'x': (0.1, 0.9), 'y': (0.1, 0.9), 'rotation': (-30.0, 30.0), 'light': (0.6, 1.1)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('source', help='config (.py) whose data set is read, or the root folder of a data set')
    parser.add_argument('--type', default='FaceFolder', help='class of the data set in a root folder (default: FaceFolder)')
    parser.add_argument(
        '--num-classes', type=int, choices=[7, 8], help='only for a root folder: 7, or 8 with contempt (default: of the class)'
    )
    parser.add_argument('--split', default='test', choices=['train', 'val', 'test'], help='default: test')
    parser.add_argument('--occluders', required=True, metavar='FOLDER', help='folder with RGBA pictures, also in subfolders')
    parser.add_argument('--out', required=True, type=Path, metavar='DIR')
    parser.add_argument('--seed', type=at_least(0), default=0)
    parser.add_argument(
        '--number',
        type=at_least(1),
        nargs=2,
        default=(1, 1),
        metavar=('LEAST', 'MOST'),
        help='number of objects for each face (default: 1 1)',
    )
    helps = {
        'scale': "longer side as share of the image's shorter one", 'x': 'centre, share of the width', 'y': 'centre, share of the height',
        'rotation': 'degrees', 'light': 'factor on the colours',
    }  # fmt: skip
    for name, limits in RANGES.items():
        note = f'{helps[name]} (default: {limits[0]} {limits[1]})'
        parser.add_argument(f'--{name}', type=decimal(), nargs=2, default=limits, metavar=('LOW', 'HIGH'), help=note)
    parser.add_argument('--size', type=at_least(1), help='height and width in pixels, for resizing before pasting (default: no resizing)')
    parser.add_argument('--grey', action='store_true', help='convert objects on grey faces to grey; otherwise colour alone identifies them')


def main(args: argparse.Namespace) -> None:
    from mmengine.registry import init_default_scope
    from tqdm import tqdm

    from ofer.datasets import PasteOccluders
    from ofer.datasets.occluded_copy import OccludedCopy

    init_default_scope('ofer')
    dataset = build_source(args)
    paste = PasteOccluders(args.occluders, seed=args.seed, **{name: getattr(args, name) for name in ('number', *RANGES)})
    copy = OccludedCopy(dataset, args.split, paste, args.out, args.size, args.grey)
    existing, todo = len(copy.done), copy.todo
    for index in tqdm(todo, unit=' images', disable=not sys.stderr.isatty(), dynamic_ncols=True):
        copy.write(index)
    print(f'\n{args.out}: {len(todo)} faces written, {existing} existed already')


def build_source(args: argparse.Namespace) -> 'FERDataset':
    """The data set, with images in the output size."""
    from ofer.engine.config import read_config
    from ofer.registry import DATASETS

    pipeline: list[dict[str, Any]] = [dict(type='LoadFace')]
    if args.size is not None:
        pipeline.append(dict(type='Resize', scale=(args.size, args.size), backend='pillow'))
    if args.source.endswith('.py'):
        loader = read_config(args.source).get(f'{args.split}_dataloader')
        if loader is None:
            raise ValueError(f'{args.source}: it has no {args.split}_dataloader; choose another --split')
        return DATASETS.build({**loader.dataset, 'pipeline': pipeline})
    if DATASETS.get(args.type) is None:
        raise ValueError(f'--type {args.type}: no such data set')
    options = {} if args.num_classes is None else {'num_classes': args.num_classes}
    return DATASETS.build(dict(type=args.type, data_root=args.source, split=args.split, pipeline=pipeline, **options))
