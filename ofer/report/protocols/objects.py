"""Objects over faces: the drawn occluders, and cut-outs from a folder (Syn-*), by kind."""

import os
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from ofer.datasets.transforms.draw_occluders import draw_occluder
from ofer.datasets.transforms.paste_occluders import load_cutout, paste
from ofer.files.archive import list_images
from ofer.report.protocols.base import Batch, Condition, Occluded
from ofer.report.randomness import image_keys
from ofer.synthetic import OCCLUDERS, Draws

DRAWN_STREAM, CUTOUT_STREAM = 'drawn-1', 'cutout-1'
FACE = (0.5, 0.5, 0.4)
"""Place of a face without landmarks: x and y of its middle, and half its width, as shares of the image."""
SCALE, PLACE, TURN, LIGHT = (0.3, 0.8), (0.15, 0.85), (-30.0, 30.0), (0.6, 1.1)
"""Ranges of a cut-out: its longer side as share of the image's side, its centre as shares of width and height, its turn in degrees, and the
factor on its brightness."""


def drawn(batch: Batch, kind: str, seed: int) -> Occluded:
    """Draw an occluder over every face; on grey images it is grey."""
    keys = image_keys(batch.names, f'{DRAWN_STREAM}-{kind}', seed)
    places = [None] * len(keys) if batch.landmarks is None else list(batch.landmarks)
    found = [draw_occluder(img, kind, Draws(int(key)), points, FACE) for img, key, points in zip(batch.images, keys, places, strict=True)]
    return _stacked(batch, found)


def pasted(batch: Batch, folder: str, names: tuple[str, ...], seed: int) -> Occluded:
    """Paste a cut-out over every image: which one, where and how large is drawn for each image; on grey images it is grey.

    Args:
        batch: the faces.
        folder: of the cut-outs.
        names: of the files in it.
        seed: of the draws.
    """
    side = batch.images.shape[1]
    found = []
    for img, key in zip(batch.images, image_keys(batch.names, CUTOUT_STREAM, seed), strict=True):
        draws = Draws(int(key))
        cutout = load_cutout(os.path.join(folder, draws.pick(names)))
        x, y, scale, angle, light = (draws.uniform(*limits) for limits in (PLACE, PLACE, SCALE, TURN, LIGHT))
        found.append(paste(img, cutout, (x * side, y * side), scale * side, angle, light))
    return _stacked(batch, found)


def object_conditions(cutouts: str | None, seed: int) -> list[Condition]:
    """A condition for each kind of drawn occluder, and for each subfolder of cut-outs.

    Raises:
        FileNotFoundError: the folder has no pictures.
    """
    found = [
        Condition(f'drawn-{kind}', 'objects', partial(drawn, kind=kind, seed=seed), dict(source='drawn', kind=kind), landmarks=True)
        for kind in OCCLUDERS
    ]
    if cutouts is None:
        return found
    kinds: dict[str, list[str]] = {}
    for name in sorted(list_images(cutouts)) if Path(cutouts).is_dir() else []:
        kinds.setdefault(name.split('/')[0] if '/' in name else 'object', []).append(name)
    if not kinds:
        raise FileNotFoundError(f'{cutouts}: no pictures of occluders there. Give a folder of PNG files with transparency.')
    found += [
        Condition(
            f'cutout-{kind}', 'objects', partial(pasted, folder=cutouts, names=tuple(names), seed=seed), dict(source='cutout', kind=kind)
        )
        for kind, names in kinds.items()
    ]
    return found


def _stacked(batch: Batch, found: list[tuple[np.ndarray, np.ndarray]]) -> Occluded:
    images, covered = (np.stack(parts) for parts in zip(*found, strict=True))
    grey = (batch.images == batch.images[..., :1]).all((1, 2, 3))
    for row in np.flatnonzero(grey):
        images[row] = cv2.cvtColor(images[row], cv2.COLOR_RGB2GRAY)[..., None]
    images = np.where(covered[..., None], images, batch.images)
    return Occluded(images, covered)
