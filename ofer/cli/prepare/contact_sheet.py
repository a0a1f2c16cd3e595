"""Write a sheet of faces of a data set, a row for each expression, to check the inputs of a model.

    ofer prepare contact-sheet --out docs/synthetic_faces.png
    ofer prepare contact-sheet configs/orsanet_rafdb.py --split train --out work_dirs/rafdb.png

Without a config it shows SyntheticFaces: the same people in every row; then occluders, landmarks and parsing maps.
"""

import argparse
from typing import TYPE_CHECKING, Any

from ofer.cli.options import at_least, file_of

if TYPE_CHECKING:
    from ofer.visualization.contact_sheet import Rows

PICTURES = ('.png', '.jpg', '.jpeg', '.webp', '.bmp', '.tif', '.tiff')
"""Suffixes of the sheet."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('config', nargs='?', help='config whose data set is shown (default: SyntheticFaces)')
    parser.add_argument(
        '--out', required=True, type=file_of(*PICTURES), help='picture to write; noise is removed for .png, for a small file'
    )
    parser.add_argument('--split', default='test', choices=['train', 'val', 'test'], help='default: test')
    parser.add_argument('--columns', type=at_least(1), default=7, help='faces in a row (default: 7)')
    parser.add_argument('--cell', type=at_least(16), default=84, help='height and width of a face, pixels (default: 84)')
    parser.add_argument('--num-classes', type=int, default=7, choices=[7, 8], help='expressions of SyntheticFaces (default: 7)')
    parser.add_argument('--start', type=at_least(0), default=0, help='person in the first column of SyntheticFaces (default: 0)')


def synthetic_rows(args: argparse.Namespace) -> 'Rows':
    """Rows of SyntheticFaces: expressions, occluders, landmarks, parsing."""
    from ofer.datasets import SyntheticFaces
    from ofer.synthetic import OCCLUDERS
    from ofer.visualization.panel import draw_landmarks, draw_parsing

    options: dict[str, Any] = dict(split=args.split, size=min(224, max(48, args.cell)), num_classes=args.num_classes, lazy_init=True)
    plain = SyntheticFaces(**options)
    # One photograph of each person, so that only the expression differs within a column.
    columns = [args.num_classes * (args.start + c) + c % args.num_classes for c in range(args.columns)]
    rows: Rows = [(name, [plain.draw(c, label)['img'] for c in columns]) for label, name in enumerate(plain.classes)]
    kinds = [list(OCCLUDERS)[c % len(OCCLUDERS)] for c in range(args.columns)]
    items = [
        SyntheticFaces(**options, occlusion=1, occluders=(kind,)).draw(c, k % args.num_classes)
        for k, (c, kind) in enumerate(zip(columns, kinds, strict=True))
    ]
    rows.append(('occluded', [item['img'] for item in items]))
    clear = [plain.draw(c, k % args.num_classes) for k, c in enumerate(columns)]
    rows.append(('landmarks', [draw_landmarks(item['img'], item['gt_landmarks']) for item in clear]))
    rows.append(('parsing', [draw_parsing(item['img'], item['gt_parsing']) for item in items]))
    return rows


def config_rows(args: argparse.Namespace) -> 'Rows':
    """Rows of the data set of a config: the first faces of each class, after the pipeline."""
    import numpy as np
    from mmengine.registry import init_default_scope

    from ofer.engine.config import read_config
    from ofer.registry import DATASETS

    init_default_scope('ofer')
    config = read_config(args.config)
    if config.get(f'{args.split}_dataloader') is None:
        raise ValueError(f'{args.config}: it has no {args.split}_dataloader; choose another --split')
    dataset = DATASETS.build(config[f'{args.split}_dataloader'].dataset)
    labels = dataset.get_gt_labels()
    rows: Rows = []
    for label, name in enumerate(dataset.metainfo['classes']):
        items = [dataset[int(i)] for i in np.flatnonzero(labels == label)[: args.columns]]
        rows.append((name, [item['inputs'].numpy().transpose(1, 2, 0) if 'inputs' in item else item['img'] for item in items]))
    return rows


def main(args: argparse.Namespace) -> None:
    from PIL import Image

    from ofer.visualization.contact_sheet import lay_out, without_grain

    rows = synthetic_rows(args) if args.config is None else config_rows(args)
    sheet = lay_out(rows, args.columns, args.cell)
    if args.out.suffix == '.png':
        sheet = without_grain(sheet)
    picture = Image.fromarray(sheet)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    picture.save(args.out, optimize=True)
    print(f'{args.out}: {len(rows)} rows of up to {args.columns} faces, {args.out.stat().st_size // 1024} kB')
