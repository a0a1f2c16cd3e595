"""Checking a data set before training: everything is read and decoded, and all that is wrong is named rather than the first.

Three steps, so that a tool can show the progress of the second, which takes long: :func:`read_splits`, :func:`inspect_images`,
:func:`judge`.

Problems stop a training: a file that is missing, an image that cannot be decoded or that the decoder says has a hole, an annotation that
says nothing. Notes do not: images that the set has twice (equal in all decoded pixels, whatever the files' bytes), that have another size
than the rest or are the only grey or coloured ones, and classes without an image.
"""

import hashlib
import inspect
import os
import re
import tempfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from ofer.datasets.base import FERDataset
from ofer.datasets.layouts import MissingImagesError
from ofer.datasets.transforms.load_face import LoadFace
from ofer.registry import DATASETS

MISSING, CORRUPT, ANNOTATION = 'missing file', 'corrupt image', 'wrong annotation'

USUAL = 0.9
"""Share of the images from which on a size, or being grey or coloured, is what is usual, and the others are named."""

_DAMAGE = re.compile(r'Corrupt JPEG data: (?!\d+ extraneous bytes).*|Premature end of JPEG file')
"""What libjpeg says where the pixels are not those of the photograph; bytes too many are harmless."""

BATCH = 64
"""Images that a process decodes at a time."""

NOT_READ = frozenset({'self', 'data_root', 'split', 'pipeline', 'subset', 'indices', 'lazy_init', 'preload'})
"""Arguments of a data set that say nothing about how its files are read."""


@dataclass(frozen=True)
class Problem:
    """What keeps a training from starting: one of the three kinds, and a message that names the file."""

    kind: str
    message: str


@dataclass(frozen=True)
class Image:
    """An image to decode: its path, and its pixels where the annotation holds them (a csv file)."""

    path: str
    pixels: np.ndarray | None = None


@dataclass(frozen=True)
class Inspection:
    """What decoding an image showed: height and width, whether it is grey, and a hash of size and pixels; or what is wrong with it."""

    path: str
    size: tuple[int, int] = (0, 0)
    grey: bool = False
    digest: str = ''
    problem: Problem | None = None


@dataclass(frozen=True)
class Split:
    """A split that was read.

    Attributes:
        names: what it is called; more than one where the data set uses the same images for two splits.
        layout: the layout that was found, in words.
        classes: names of the classes in the order of the labels.
        labels: path and class of each image that can be used; ``left out: ...`` in place of a class for those that are not used.
        images: everything to decode, including what has no label.
        problems: what is wrong with files and annotations, before anything is decoded.
    """

    names: tuple[str, ...]
    layout: str
    classes: tuple[str, ...]
    labels: tuple[tuple[str, str], ...]
    images: tuple[Image, ...]
    problems: tuple[Problem, ...]

    @property
    def title(self) -> str:
        """Its names as one."""
        return ' = '.join(self.names)


@dataclass(frozen=True)
class Duplicate:
    """Images that are equal in all pixels: split, path and class (or ``without label``) of each."""

    places: tuple[tuple[str, str, str], ...]

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits in which they lie, each once."""
        return tuple(dict.fromkeys(split for split, _, _ in self.places))

    @property
    def disagree(self) -> bool:
        """Whether they have different labels."""
        return len({label for _, _, label in self.places}) > 1


@dataclass(frozen=True)
class Verdict:
    """What was found in a data set.

    Attributes:
        counts: images by class and by split; last the reasons for which images are left out.
        decoded: how many images could be decoded.
        sizes: images by height and width.
        grey: how many of the decoded are grey.
        problems: all that must be mended, each once.
        notes: what is worth a look.
        duplicates: groups of equal images, those across splits first.
    """

    counts: dict[str, dict[str, int]]
    decoded: int
    sizes: dict[tuple[int, int], int]
    grey: int
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    duplicates: tuple[Duplicate, ...]

    @property
    def ready(self) -> bool:
        """Whether a training may start."""
        return self.decoded > 0 and not self.problems


def dataset_class(name: str) -> type[FERDataset]:
    """The registered data set of that name.

    Raises:
        ValueError: there is none, or its images are no files.
    """
    known = {key: value for key, value in DATASETS.module_dict.items() if issubclass(value, FERDataset) and _reads_files(value)}
    if name not in known:
        raise ValueError(f'type {name!r}: no data set that reads files, expected one of {", ".join(sorted(known))}')
    return known[name]


def _reads_files(cls: type[FERDataset]) -> bool:
    return 'data_root' in inspect.signature(cls).parameters


def read_splits(
    cls: type[FERDataset], root: str, splits: Sequence[str] = (), options: Mapping[str, Any] | None = None
) -> tuple[Split, ...]:
    """Read the files of a data set, without decoding images.

    Args:
        cls: the data set.
        root: its folder.
        splits: which; by default all that have a name. A class that can also be read without splits (``split=None``) may lack some of
            them, and is read without where it has none.
        options: further arguments of the class, like ``num_classes``.

    Returns:
        The splits; two that have the same images are one, and one that cannot be read has only ``problems``.

    Raises:
        ValueError: a split or an option that the class does not have, or a bad value of an option.
    """
    readable = inspect.signature(cls).parameters.keys() - NOT_READ
    unknown = sorted((options or {}).keys() - readable)
    if unknown:
        raise ValueError(
            f'option {unknown[0]!r}: no argument by which {cls.__name__} reads files, expected one of {", ".join(sorted(readable))}'
        )
    named = [split for split in cls.SPLITS if split is not None]
    wrong = [split for split in splits if split not in named]
    if wrong:
        raise ValueError(f'split {wrong[0]!r}: {cls.__name__} has {", ".join(named)}')
    datasets = {name: cls(data_root=root, split=name, lazy_init=True, **options or {}) for name in splits or named}
    may_lack = None in cls.SPLITS and not splits
    found = [split for name, dataset in datasets.items() if (split := _read_split(dataset, name, may_lack)) is not None]
    if not found:
        everything = _read_split(cls(data_root=root, split=None, lazy_init=True, **options or {}), 'all', may_lack=False)
        found = [everything] if everything is not None else []
    different: list[Split] = []
    for split in found:
        same = next((i for i, s in enumerate(different) if (s.labels, s.problems) == (split.labels, split.problems)), None)
        if same is None:
            different.append(split)
        else:
            different[same] = replace(different[same], names=different[same].names + split.names)
    return tuple(different)


def _read_split(dataset: FERDataset, name: str, may_lack: bool) -> Split | None:
    """The split; None where it is not there and ``may_lack`` says that it need not be."""
    try:
        layout, items = dataset.read_items()
    except (ValueError, OSError) as error:
        if may_lack and isinstance(error, FileNotFoundError) and not isinstance(error, MissingImagesError):
            return None
        return Split((name,), 'not read', dataset.classes, (), (), problems_of(error, dataset.data_root))
    usable = [(item, dataset.left_out(item)) for item in items if 'problem' not in item]
    return Split(
        names=(name,),
        layout=layout,
        classes=dataset.classes,
        labels=tuple((item['img_path'], item['expression'] if reason is None else f'left out: {reason}') for item, reason in usable),
        images=tuple(Image(item['img_path'], item.get('img')) for item in items if 'img_path' in item),
        problems=tuple(p for item in items if 'problem' in item for p in problems_of(item['problem'], dataset.data_root)),
    )


def problems_of(error: Exception, root: str) -> tuple[Problem, ...]:
    """What an error of a reader says, one problem a file; ``root`` is named where the message names no file."""
    if isinstance(error, MissingImagesError):
        return tuple(Problem(MISSING, f'{path}: no such image. {error.remedy}') for path in error.paths)
    text = str(error) if root in str(error) else f'{root}: {error}'
    return (Problem(MISSING if isinstance(error, FileNotFoundError) else ANNOTATION, text),)


def images_of(splits: Sequence[Split]) -> list[Image]:
    """All images of the splits, each once."""
    return list({image.path: image for split in splits for image in split.images}.values())


def inspect_image(image: Image) -> Inspection:
    """Decode one image as training does; never raises for what is wrong with it."""
    results = {'img_path': image.path} if image.pixels is None else {'img_path': image.path, 'img': image.pixels}
    try:
        img = LoadFace().transform(results)['img']
    except (OSError, ValueError, RuntimeError, zlib.error, cv2.error) as error:
        text = str(error) if image.path in str(error) else f'{image.path}: {error}'
        return Inspection(image.path, problem=Problem(MISSING if isinstance(error, FileNotFoundError) else CORRUPT, text))
    height, width = img.shape[:2]
    grey = bool((img[..., 0] == img[..., 1]).all() and (img[..., 1] == img[..., 2]).all())
    digest = hashlib.blake2b(f'{height}x{width} '.encode() + img.tobytes(), digest_size=16).hexdigest()
    return Inspection(image.path, (height, width), grey, digest)


def inspect_images(images: Sequence[Image], workers: int = 0) -> Iterator[list[Inspection]]:
    """Decode images in several processes.

    Args:
        images: what to decode.
        workers: number of processes; 0 decodes in this one.

    Yields:
        What was found, in the order of ``images``, up to :data:`BATCH` at a time.

    Raises:
        RuntimeError: a process was killed.
    """
    batches = [images[start : start + BATCH] for start in range(0, len(images), BATCH)]
    if workers < 1:
        yield from map(_inspect_batch, batches)
        return
    with ProcessPoolExecutor(workers, initializer=cv2.setNumThreads, initargs=(0,)) as pool:
        try:
            yield from pool.map(_inspect_batch, batches)
        except BrokenProcessPool as error:
            raise RuntimeError('a process that decodes images was killed, maybe for want of memory; try fewer workers') from error


def _inspect_batch(images: Sequence[Image]) -> list[Inspection]:
    found = []
    with _decoder_messages() as messages:
        for image in images:
            inspection = inspect_image(image)
            damage = _DAMAGE.search(messages())
            if damage and inspection.problem is None:
                text = f'{image.path}: damaged inside ({damage[0]}), part of it is made up. Copy the file again, or take it out.'
                inspection = Inspection(image.path, problem=Problem(CORRUPT, text))
            found.append(inspection)
    return found


@contextmanager
def _decoder_messages() -> Iterator[Callable[[], str]]:
    """Catches what libraries write to this process's standard error, the only place where libjpeg says that it filled a gap.

    Yields:
        A function that returns what was written since it was called last.
    """
    with tempfile.TemporaryFile(buffering=0) as log:
        screen = os.dup(2)
        os.dup2(log.fileno(), 2)

        def messages() -> str:
            log.seek(0)  # the descriptor 2 has the same position
            text = log.read().decode(errors='replace')
            log.seek(0)
            log.truncate()
            return text

        try:
            yield messages
        finally:
            os.dup2(screen, 2)
            os.close(screen)


def judge(splits: Sequence[Split], inspections: Sequence[Inspection]) -> Verdict:
    """Put together what was read and what was decoded.

    Args:
        splits: of :func:`read_splits`.
        inspections: of all images of :func:`images_of`.
    """
    decoded = [inspection for inspection in inspections if inspection.problem is None]
    problems = [problem for split in splits for problem in split.problems]
    problems += [inspection.problem for inspection in inspections if inspection.problem is not None]
    sizes = Counter(inspection.size for inspection in decoded)
    return Verdict(
        counts=_count(splits),
        decoded=len(decoded),
        sizes=dict(sizes.most_common()),
        grey=sum(inspection.grey for inspection in decoded),
        problems=tuple(dict.fromkeys(problems)),
        notes=(*_empty_classes(splits), *_odd_images(decoded)),
        duplicates=find_duplicates(splits, decoded),
    )


def _count(splits: Sequence[Split]) -> dict[str, dict[str, int]]:
    numbers = {split.title: Counter(label for _, label in split.labels) for split in splits}
    classes = dict.fromkeys(name for split in splits for name in split.classes)
    others = sorted({label for counter in numbers.values() for label in counter} - classes.keys())
    return {label: {title: counter[label] for title, counter in numbers.items()} for label in (*classes, *others)}


def _empty_classes(splits: Sequence[Split]) -> list[str]:
    present = [(split, {label for _, label in split.labels}) for split in splits]
    return [f'{split.title}: no image of {name}' for split, labels in present if labels for name in split.classes if name not in labels]


def _odd_images(decoded: Sequence[Inspection]) -> list[str]:
    """Images of another size than nearly all, and grey ones among coloured ones or the other way round."""
    notes = []
    size, number = Counter(inspection.size for inspection in decoded).most_common(1)[0] if decoded else ((0, 0), 0)
    if number >= USUAL * len(decoded):
        odd = [inspection for inspection in decoded if inspection.size != size]
        notes += [f'{o.path}: {o.size[1]}x{o.size[0]} pixels, the usual size is {size[1]}x{size[0]}' for o in odd]
    grey = sum(inspection.grey for inspection in decoded)
    usual = grey >= USUAL * len(decoded)
    if usual or grey <= (1 - USUAL) * len(decoded):
        words = 'coloured, nearly all others are grey' if usual else 'grey, nearly all others are coloured'
        notes += [f'{inspection.path}: {words}' for inspection in decoded if inspection.grey != usual]
    return notes


def find_duplicates(splits: Sequence[Split], decoded: Sequence[Inspection]) -> tuple[Duplicate, ...]:
    """Groups of images with the same pixels; those across splits first, then those whose labels differ."""
    digests = {inspection.path: inspection.digest for inspection in decoded}
    groups: defaultdict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for split in splits:
        labelled = {path for path, _ in split.labels}
        unlabelled = [(image.path, 'without label') for image in split.images if image.path not in labelled]
        for path, label in (*split.labels, *unlabelled):
            if path in digests:
                groups[digests[path]].append((split.title, path, label))
    places = (tuple(dict.fromkeys(group)) for group in groups.values())
    duplicates = [Duplicate(group) for group in places if len(group) > 1]
    return tuple(sorted(duplicates, key=lambda duplicate: (len(duplicate.splits) < 2, not duplicate.disagree)))
