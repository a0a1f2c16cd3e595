"""An occluded copy of a split of a data set: real objects pasted over its faces, with pixel masks and a manifest.

``OUT/<split>/<class>/<name>.png`` are the faces, lossless, and ``OUT/masks/<split>/<class>/<name>.png`` their masks (255 = occluded). A
line of ``OUT/<split>.jsonl`` for each face has its source, and the file, place, scale, angle and light of each object.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ofer.datasets.base import FERDataset
from ofer.datasets.transforms.load_occlusion import mask_path
from ofer.datasets.transforms.paste_occluders import PasteOccluders
from ofer.files.writing import write_file
from ofer.stored import parse_json, read_json

SETTINGS = 'settings.json'
RANGES = ('number', 'scale', 'x', 'y', 'rotation', 'light')
"""Arguments of :class:`~ofer.datasets.PasteOccluders` that determine the copy, beside its seed and files."""


class OccludedCopy:
    """Writes the copy, face by face; a stopped run continues in a new object with the same arguments.

    Args:
        dataset: its pipeline only reads (and resizes) the images: ``img`` is ``(H, W, 3)`` uint8 RGB.
        split: name of the split in the copy.
        paste: draws and pastes the objects; with a seed, so that the copy does not depend on the order of writing.
        out: folder of the copy, for one choice of settings; made here.
        size: height and width to which the pipeline resizes, for the record; None: not resized.
        grey: convert objects on grey faces to grey; otherwise colour alone identifies them.

    Raises:
        FileNotFoundError: there are no objects.
        ValueError: ``out`` contains other files, a copy with other settings, or faces of another data set.
    """

    def __init__(
        self, dataset: FERDataset, split: str, paste: PasteOccluders, out: Path, size: int | None = None, grey: bool = False
    ) -> None:
        self.dataset, self.split, self.paste, self.out, self.grey = dataset, split, paste, out, grey
        self._claim({**_settings(dataset, paste), 'size': size, 'grey': grey})
        self.manifest = out / f'{split}.jsonl'
        self.names = output_names(dataset)
        self.done = self._written()

    @property
    def todo(self) -> list[int]:
        """Indices of the faces that are still to be written."""
        return sorted(set(range(len(self.dataset))) - self.done)

    def write(self, index: int) -> None:
        """Write a face, its mask and its line of the manifest."""
        item = self.dataset[index]
        placements = self.paste.placements(item)
        img, covered = self.paste.apply(item['img'], placements)
        if self.grey and _is_grey(item['img']):
            img = cv2.cvtColor(cv2.cvtColor(img, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
        path = self.out / self.split / self.names[index]
        write_file(path, _png(img))
        write_file(mask_path(str(path)), _png(covered.astype(np.uint8) * 255))
        line = {
            'index': index, 'image': f'{self.split}/{self.names[index]}', 'source': item['img_path'],
            'label': self.dataset.classes[item['gt_label']], 'covered': round(float(covered.mean()), 6), 'seed': self.paste.seed,
            'occluders': [asdict(placement) for placement in placements],
        }  # fmt: skip
        with open(self.manifest, 'a', encoding='utf-8') as file:
            file.write(json.dumps(line) + '\n')
        self.done.add(index)

    def _claim(self, settings: dict[str, Any]) -> None:
        """Create the folder for these settings, or check that it belongs to them."""
        path = self.out / SETTINGS
        if path.is_file():
            before = read_json(path, f'Give another --out, or remove {self.out}.')
            changed = [key for key in settings if settings[key] != before.get(key)]
            if changed:
                raise ValueError(f'{self.out}: was written with other settings ({", ".join(changed)}). Give another --out, or remove it.')
        elif self.out.is_dir() and any(not entry.name.startswith(f'.{SETTINGS}') for entry in self.out.iterdir()):
            raise ValueError(f'{self.out}: is not empty and was not written by this tool. Give another --out.')
        else:
            write_file(path, json.dumps(settings, indent=1).encode())

    def _written(self) -> set[int]:
        """Indices of the faces in the manifest."""
        lines = read_manifest(self.manifest)
        for line in lines:
            index = line['index']
            if index >= len(self.names) or line['image'] != f'{self.split}/{self.names[index]}':
                raise ValueError(f'{self.manifest}: names {line["image"]}, which is another image of the data set now. Give another --out.')
        return {line['index'] for line in lines}


def output_names(dataset: FERDataset) -> list[str]:
    """Output path of each image in its split: ``class/stem.png``, with the index if a class has two images of one name."""
    stems = []
    for index in range(len(dataset)):
        item = dataset.get_data_info(index)
        stems.append(f'{dataset.classes[item["gt_label"]]}/{Path(item["img_path"]).stem}')
    often = Counter(stems)
    return [f'{stem}.png' if often[stem] == 1 else f'{stem}_{index}.png' for index, stem in enumerate(stems)]


def read_manifest(path: Path) -> list[dict[str, Any]]:
    """Lines of a manifest; an incomplete last line is removed from the file."""
    if not path.is_file():
        return []
    content = path.read_bytes()
    whole = content[: content.rfind(b'\n') + 1]
    if whole != content:
        write_file(path, whole)
    remedy = 'Remove the file, and write the copy again.'
    return [
        parse_json(line, f'{path}, line {number}', remedy, ('index', 'image')) for number, line in enumerate(whole.splitlines(), start=1)
    ]


def _settings(dataset: FERDataset, paste: PasteOccluders) -> dict[str, Any]:
    """All settings that determine the copy of any split."""
    source = {'type': type(dataset).__name__, 'classes': list(dataset.classes)}
    ranges = {name: list(getattr(paste, name)) for name in RANGES}
    return {**source, 'seed': paste.seed, **ranges, 'occluders': _digests(paste.folder, paste.names)}


def _digests(folder: str, names: Sequence[str]) -> dict[str, str]:
    return {name: hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()[:16] for name in names}


def _png(img: np.ndarray) -> bytes:
    """Content of a PNG file, of ``(H, W, 3)`` RGB or ``(H, W)``, uint8."""
    return cv2.imencode('.png', img[..., ::-1] if img.ndim == 3 else img)[1].tobytes()


def _is_grey(img: np.ndarray) -> bool:
    return bool((img[..., 0] == img[..., 1]).all() and (img[..., 0] == img[..., 2]).all())
