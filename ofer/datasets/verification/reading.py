"""Reading the files of a data set without decoding its images: all problems are collected, instead of raising the first."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

from ofer.datasets.base import FERDataset
from ofer.datasets.labelling import unknown_expression
from ofer.datasets.layouts import MissingImagesError
from ofer.datasets.verification.decoding import ANNOTATION, MISSING, Image, Problem
from ofer.registry import DATASETS

NOT_READ = frozenset({'self', 'data_root', 'split', 'pipeline', 'subset', 'indices', 'lazy_init', 'preload'})
"""Arguments of a data set that say nothing about how its files are read."""


@dataclass(frozen=True)
class Split:
    """A split with its files read.

    Attributes:
        names: of the split; more than one if the data set uses the same images for two splits.
        layout: description of the layout.
        classes: names of the classes in the order of the labels.
        labels: path and class of each usable image; ``left out: ...`` instead of a class for excluded images.
        images: all images to decode, including those without a label.
        problems: of files and annotations, before decoding.
    """

    names: tuple[str, ...]
    layout: str
    classes: tuple[str, ...]
    labels: tuple[tuple[str, str], ...]
    images: tuple[Image, ...]
    problems: tuple[Problem, ...]

    @property
    def title(self) -> str:
        """Its names as one text."""
        return ' = '.join(self.names)


def dataset_class(name: str) -> type[FERDataset]:
    """The registered data set of a name, or that of ``module.Name`` in another package.

    Raises:
        ValueError: there is none, its images are not files, or its module cannot be imported.
    """
    module, _, last = name.rpartition('.')
    if module:
        try:
            import_module(module)
        except ImportError as error:
            raise ValueError(f'type {name!r}: {error}. Install its package, or add the folder that contains it to PYTHONPATH.') from error
        name = last
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
        splits: to read; default: all named ones. For a class that can also be read without splits (``split=None``), some may be
            missing; if all are missing, it is read without splits.
        options: further arguments of the class, e.g. ``num_classes``.

    Returns:
        The splits. Two splits with the same images are merged, and an unreadable split has only ``problems``.

    Raises:
        ValueError: the class does not have a split or an option, or a value of an option is invalid.
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
    """The split; None if it is missing and ``may_lack`` allows that."""
    try:
        layout, items = dataset.read_items()
    except (ValueError, OSError) as error:
        if may_lack and isinstance(error, FileNotFoundError) and not isinstance(error, MissingImagesError):
            return None
        return Split((name,), 'not read', dataset.classes, (), (), problems_of(error, dataset.data_root))
    for item in items:
        if 'problem' not in item and _has_unknown_expression(item, dataset):
            item['problem'] = unknown_expression(item['img_path'], item['expression'], dataset.classes)
    usable = [(item, dataset.left_out(item)) for item in items if 'problem' not in item]
    return Split(
        names=(name,),
        layout=layout,
        classes=dataset.classes,
        labels=tuple((item['img_path'], item['expression'] if reason is None else f'left out: {reason}') for item, reason in usable),
        images=tuple(Image(item['img_path'], item.get('img')) for item in items if 'img_path' in item),
        problems=tuple(p for item in items if 'problem' in item for p in problems_of(item['problem'], dataset.data_root)),
    )


def _has_unknown_expression(item: Mapping[str, Any], dataset: FERDataset) -> bool:
    """Whether an item is neither used nor left out for a reason that the reader states."""
    if item['expression'] is None:
        return 'unlabelled' not in item
    return dataset.left_out(item) is None and item['expression'] not in dataset.classes


def problems_of(error: Exception, root: str) -> tuple[Problem, ...]:
    """The problems in an error of a reader, one for each file; ``root`` is added if the message names no file."""
    if isinstance(error, MissingImagesError):
        return tuple(Problem(MISSING, f'{path}: no such image. {error.remedy}') for path in error.paths)
    text = str(error) if root in str(error) else f'{root}: {error}'
    return (Problem(MISSING if isinstance(error, FileNotFoundError) else ANNOTATION, text),)


def images_of(splits: Sequence[Split]) -> list[Image]:
    """All images of the splits, each once."""
    return list({image.path: image for split in splits for image in split.images}.values())
