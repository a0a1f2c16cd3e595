"""Write an occluded copy of a split of a data set: real objects pasted over the faces, with pixel masks and a manifest.

    ofer prepare occluded-set configs/baselines/resnet18_rafdb.py --occluders data/occluders --out data/syn_rafdb
    ofer prepare occluded-set data/RAF-DB --type RAFDB --split val --occluders data/occluders/hand --out data/syn_rafdb_hand

DIR/<split>/<class>/<name>.png are the faces, lossless; DIR/masks/<split>/<class>/<name>.png their masks (255 = occluded); a line of
DIR/<split>.jsonl for each face has its source, and the file, place, scale, angle and light of each object. FaceFolder reads the faces,
LoadOcclusion the masks. A stopped run continues when it is started again. DIR is for one choice of settings.
"""

import argparse
import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ofer.cli.options import at_least

if TYPE_CHECKING:
    import numpy as np

    from ofer.datasets import FERDataset

SETTINGS = 'settings.json'
RANGES = {'scale': (0.3, 0.6), 'x': (0.1, 0.9), 'y': (0.1, 0.9), 'rotation': (-30.0, 30.0), 'light': (0.6, 1.1)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('source', help='config (.py) whose data set is read, or the root folder of a data set')
    parser.add_argument('--type', default='FaceFolder', help='class of the data set in a root folder (default: FaceFolder)')
    parser.add_argument('--num-classes', type=int, help='only for a root folder: 7, or 8 with contempt (default: of the class)')
    parser.add_argument('--split', default='test', choices=['train', 'val', 'test'], help='default: test')
    parser.add_argument('--occluders', required=True, metavar='FOLDER', help='folder with RGBA pictures, also in subfolders')
    parser.add_argument('--out', required=True, type=Path, metavar='DIR')
    parser.add_argument('--seed', type=at_least(0), default=0)
    parser.add_argument(
        '--number', type=int, nargs=2, default=(1, 1), metavar=('LEAST', 'MOST'), help='number of objects for each face (default: 1 1)'
    )
    helps = {
        'scale': "longer side as share of the image's shorter one", 'x': 'centre, share of the width', 'y': 'centre, share of the height',
        'rotation': 'degrees', 'light': 'factor on the colours',
    }  # fmt: skip
    for name, limits in RANGES.items():
        note = f'{helps[name]} (default: {limits[0]} {limits[1]})'
        parser.add_argument(f'--{name}', type=float, nargs=2, default=limits, metavar=('LOW', 'HIGH'), help=note)
    parser.add_argument('--size', type=at_least(1), help='height and width in pixels, for resizing before pasting (default: no resizing)')
    parser.add_argument('--grey', action='store_true', help='convert objects on grey faces to grey; otherwise colour alone identifies them')


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


def settings_of(args: argparse.Namespace, dataset: 'FERDataset', names: Sequence[str]) -> dict[str, Any]:
    """All settings that determine the output, except the split."""
    contents = {name: hashlib.sha256((Path(args.occluders) / name).read_bytes()).hexdigest()[:16] for name in names}
    ranges = {name: list(getattr(args, name)) for name in ('number', *RANGES)}
    source = {'type': type(dataset).__name__, 'classes': list(dataset.classes)}
    return {**source, 'seed': args.seed, **ranges, 'size': args.size, 'grey': args.grey, 'occluders': contents}


def write_whole(path: Path, content: bytes) -> None:
    """Write a file atomically, so that a killed process leaves no partial file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f'.{path.name}.{os.getpid()}')
    part.write_bytes(content)
    os.replace(part, path)


def claim(out: Path, settings: dict[str, Any]) -> None:
    """Create the folder for these settings, or check that it belongs to them.

    Raises:
        ValueError: it was written with other settings, or contains other files.
    """
    path = out / SETTINGS
    if path.is_file():
        before = json.loads(path.read_text(encoding='utf-8'))
        changed = [key for key in settings if settings[key] != before.get(key)]
        if changed:
            raise ValueError(f'{out}: was written with other settings ({", ".join(changed)}). Give another --out, or remove it.')
    elif out.is_dir() and any(not entry.name.startswith(f'.{SETTINGS}') for entry in out.iterdir()):
        raise ValueError(f'{out}: is not empty and was not written by this tool. Give another --out.')
    else:
        write_whole(path, json.dumps(settings, indent=1).encode())


def read_manifest(path: Path) -> list[dict[str, Any]]:
    """Lines of a manifest; an incomplete last line is removed from the file."""
    if not path.is_file():
        return []
    content = path.read_bytes()
    whole = content[: content.rfind(b'\n') + 1]
    if whole != content:
        write_whole(path, whole)
    return [json.loads(line) for line in whole.splitlines()]


def names_of(dataset: 'FERDataset') -> list[str]:
    """Output path of each image in its split: ``class/stem.png``, with the index if a class has two images of one name."""
    stems = []
    for index in range(len(dataset)):
        item = dataset.get_data_info(index)
        stems.append(f'{dataset.classes[item["gt_label"]]}/{Path(item["img_path"]).stem}')
    often = Counter(stems)
    return [f'{stem}.png' if often[stem] == 1 else f'{stem}_{index}.png' for index, stem in enumerate(stems)]


def encode(img: 'np.ndarray') -> bytes:
    """Content of a PNG file, of ``(H, W, 3)`` RGB or ``(H, W)``, uint8."""
    import cv2

    return cv2.imencode('.png', img[..., ::-1] if img.ndim == 3 else img)[1].tobytes()


def is_grey(img: 'np.ndarray') -> bool:
    return bool((img[..., 0] == img[..., 1]).all() and (img[..., 0] == img[..., 2]).all())


def make(args: argparse.Namespace) -> str:
    """Write the set and return a summary as text."""
    import cv2
    import numpy as np
    from mmengine.registry import init_default_scope
    from tqdm import tqdm

    from ofer.datasets import PasteOccluders
    from ofer.datasets.transforms.load_occlusion import mask_path

    init_default_scope('ofer')
    dataset = build_source(args)
    ranges = {name: getattr(args, name) for name in ('number', *RANGES)}
    paste = PasteOccluders(args.occluders, seed=args.seed, **ranges)
    claim(args.out, settings_of(args, dataset, paste.names))
    manifest = args.out / f'{args.split}.jsonl'
    done = read_manifest(manifest)
    names = names_of(dataset)
    for line in done:
        index = line['index']
        if index >= len(names) or line['image'] != f'{args.split}/{names[index]}':
            raise ValueError(f'{manifest}: names {line["image"]}, which is another image of {args.source} now. Give another --out.')
    todo = sorted(set(range(len(dataset))) - {line['index'] for line in done})
    with open(manifest, 'a', encoding='utf-8') as file:
        for index in tqdm(todo, unit=' images', disable=not sys.stderr.isatty(), dynamic_ncols=True):
            item = dataset[index]
            placements = paste.placements(item)
            img, covered = paste.apply(item['img'], placements)
            if args.grey and is_grey(item['img']):
                img = cv2.cvtColor(cv2.cvtColor(img, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
            path = args.out / args.split / names[index]
            write_whole(path, encode(img))
            write_whole(mask_path(str(path)), encode(covered.astype(np.uint8) * 255))
            line = {
                'index': index, 'image': f'{args.split}/{names[index]}', 'source': item['img_path'],
                'label': dataset.classes[item['gt_label']], 'covered': round(float(covered.mean()), 6), 'seed': args.seed,
                'occluders': [asdict(placement) for placement in placements],
            }  # fmt: skip
            file.write(json.dumps(line) + '\n')
            file.flush()
    return f'{args.out}: {len(todo)} faces written, {len(done)} were there'


def main(args: argparse.Namespace) -> None:
    print(f'\n{make(args)}')
