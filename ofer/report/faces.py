"""The images of a report: decoded once, in one array, with their labels and the published lists that select from them."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from PIL import Image

from ofer.datasets.image_names import image_key
from ofer.files.archive import read_bytes
from ofer.files.image_file import decode_rgb
from ofer.report.randomness import image_keys

UNLABELLED = -1


@dataclass(frozen=True)
class FaceList:
    """A published list of images.

    Args:
        rows: ``(n,)`` indices of its images in :class:`Faces`.
        labels: ``(n,)`` class indices, by the list.
        kinds: ``(n,)`` type of occlusion; None if the list has none.
        note: e.g. how many of its images were found.
        types: what the types of occlusion are, by number; empty: unknown.
    """

    rows: np.ndarray
    labels: np.ndarray
    kinds: np.ndarray | None
    note: str
    types: tuple[str, ...] = ()


@dataclass(frozen=True)
class Faces:
    """Images and labels.

    Args:
        title: of the data set.
        names: of the images, by which protocols draw: without folder and suffix.
        images: ``(N, S, S, 3)`` uint8 RGB.
        labels: ``(N,)`` class indices; -1 for images that are only in a list.
        classes: names of the classes.
        source: a sentence about the files.
        lists: published lists by name.
        landmarks: ``(N, 68, 2)``, shares of width and height; None if the data set states none.
        hashes: of the pixels of each file, for duplicates; None if unknown.
        problems: what could not be read, as sentences.
        main: number of images that conditions other than the clean one are measured on; -1: up to the last one with a label. It stays the
            same where classes are left out, so that stored answers fit.
    """

    title: str
    names: tuple[str, ...]
    images: np.ndarray
    labels: np.ndarray
    classes: tuple[str, ...]
    source: str = ''
    lists: Mapping[str, FaceList] = field(default_factory=dict)
    landmarks: np.ndarray | None = None
    hashes: tuple[str, ...] | None = None
    problems: tuple[str, ...] = ()
    main: int = -1

    def __post_init__(self) -> None:
        if self.images.ndim != 4 or self.images.shape[3] != 3 or self.images.dtype != np.uint8 or not len(self.images):
            raise ValueError(f'images: {self.images.dtype} {self.images.shape}, expected uint8 (N, H, W, 3) with N > 0, RGB')
        if len(self.labels) != len(self.images) or len(self.names) != len(self.images):
            raise ValueError(f'{len(self.images)} images, {len(self.labels)} labels and {len(self.names)} names: expected one each')
        if self.labels.max() >= len(self.classes) or self.labels.max() < 0:
            raise ValueError(f'labels up to {self.labels.max()}, and {len(self.classes)} classes: {", ".join(self.classes)}')
        if self.main < 0:
            object.__setattr__(self, 'main', int(self.labelled[-1]) + 1)

    def __len__(self) -> int:
        return len(self.images)

    @property
    def labelled(self) -> np.ndarray:
        """Rows with a label of the data set."""
        return np.flatnonzero(self.labels != UNLABELLED)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of names, labels, classes, lists and pixels."""
        found = hashlib.sha256('\n'.join((*self.classes, *self.names)).encode())
        found.update(self.labels.astype('<i8').tobytes())
        for name, one in self.lists.items():
            found.update(name.encode() + one.rows.astype('<i8').tobytes() + one.labels.astype('<i8').tobytes())
        found.update(repr(self.images.shape).encode() + np.ascontiguousarray(self.images).tobytes())
        return found.hexdigest()

    def part_rows(self, number: int, seed: int = 0) -> np.ndarray:
        """Rows of a fixed part: the labelled images whose names come first in the order of their keys; then the others of the lists."""
        rows = self.labelled
        keys = image_keys([self.names[row] for row in rows], 'part-1', seed)
        chosen = np.sort(rows[np.argsort(keys, kind='stable')[:number]])
        listed = np.unique(np.concatenate([np.array([], int), *(one.rows for one in self.lists.values())]))
        return np.concatenate([chosen, np.setdiff1d(listed, chosen)])

    def part(self, number: int, seed: int = 0) -> 'Faces':
        """A fixed part of the labelled images, and the whole lists, whose other images have no label then."""
        rows = self.part_rows(number, seed)
        place = np.full(len(self), -1)
        place[rows] = np.arange(len(rows))
        return replace(
            self,
            names=tuple(self.names[row] for row in rows),
            images=self.images[rows],
            labels=np.where(np.arange(len(rows)) < number, self.labels[rows], UNLABELLED),
            main=-1,
            source=f'{self.source}; part of {number} images',
            lists={name: replace(one, rows=place[one.rows]) for name, one in self.lists.items()},
            landmarks=None if self.landmarks is None else self.landmarks[rows],
            hashes=None if self.hashes is None else tuple(self.hashes[row] for row in rows),
        )

    def restrict(self, classes: Sequence[str]) -> 'Faces':
        """Only the images of some classes, which get indices in their order."""
        old = [self.classes.index(name) for name in classes]
        new = np.full(len(self.classes) + 1, UNLABELLED)
        new[old] = np.arange(len(old))
        lists = {}
        for name, one in self.lists.items():
            kept = new[one.labels] != UNLABELLED
            kinds = None if one.kinds is None else one.kinds[kept]
            note = one.note if kept.all() else f'{one.note}; {(~kept).sum()} of other classes left out'
            lists[name] = replace(one, rows=one.rows[kept], labels=new[one.labels[kept]], kinds=kinds, note=note)
        return replace(self, labels=new[self.labels], classes=tuple(classes), lists=lists)


def read_faces(dataset: Any, lists: Mapping[str, Any] | None = None, size: int | None = None, title: str | None = None) -> Faces:
    """Read a data set and its lists; an image that is in several is decoded once.

    Args:
        dataset: a :class:`~ofer.datasets.base.FERDataset`; its pipeline is not used.
        lists: the same data set with the published lists as ``subset``, by name; what cannot be read becomes a problem.
        size: height and width of the images; None: the most frequent size. Other images are resized.
        title: of the data set; None: its type and split.

    Raises:
        FileNotFoundError: the data set is missing.
        ValueError: it cannot be read.
    """
    items = [dataset.get_data_info(index) for index in range(len(dataset))]
    labels = [int(item['gt_label']) for item in items]
    rows = {item['img_path']: row for row, item in enumerate(items)}
    found: dict[str, FaceList] = {}
    problems: list[str] = []
    for name, one in (lists or {}).items():
        try:
            chosen = [one.get_data_info(index) for index in range(len(one))]
        except (OSError, ValueError) as error:
            problems.append(f'list {name}: {error}')
            continue
        for item in chosen:
            if item['img_path'] not in rows:  # without a label of the data set, e.g. after a tie
                rows[item['img_path']] = len(items)
                items.append(item)
                labels.append(UNLABELLED)
        kinds = np.array([item['occlusion_type'] for item in chosen]) if 'occlusion_type' in chosen[0] else None
        place = np.array([rows[item['img_path']] for item in chosen])
        note = next((part for part in one.summary.split('; ') if ' listed in ' in part), '')
        found[name] = FaceList(place, np.array([int(item['gt_label']) for item in chosen]), kinds, note)
    pictures = [_picture(item) for item in items]
    side = size or Counter(max(picture.shape[:2]) for picture in pictures).most_common(1)[0][0]
    resized = sum(picture.shape[:2] != (side, side) for picture in pictures)
    if resized:
        problems.append(f'{resized} of {len(pictures)} images were resized to {side} x {side} pixels before they were occluded')
    landmarks = np.stack([item['gt_landmarks'] for item in items]) if all('gt_landmarks' in item for item in items) else None
    from ofer.datasets.duplicates import content_hash

    return Faces(
        title or f'{type(dataset).__name__} {getattr(dataset, "split", "") or ""}'.strip(),
        tuple(image_key(item['img_path']) for item in items),
        np.stack([_resized(picture, side) for picture in pictures]),
        np.array(labels),
        tuple(dataset.classes),
        getattr(dataset, 'summary', ''),
        found,
        landmarks,
        tuple(content_hash(picture) for picture in pictures),
        tuple(problems),
    )


def _picture(item: Mapping[str, Any]) -> np.ndarray:
    img = item.get('img')
    if img is None:
        img = decode_rgb(read_bytes(item['img_path']), item['img_path'])
    return np.repeat(img[..., None], 3, axis=2) if img.ndim == 2 else img


def _resized(picture: np.ndarray, side: int) -> np.ndarray:
    if picture.shape[:2] == (side, side):
        return picture
    return np.array(Image.fromarray(picture).resize((side, side), Image.Resampling.BILINEAR))
