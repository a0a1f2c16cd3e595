"""Base of all expression data sets: one label order, clear errors, and a log line about the files."""

import logging
import os
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import Any

import numpy as np
from mmengine.dataset import BaseDataset
from mmengine.logging import print_log

from ofer.categories import EXPRESSIONS_8, PARSING_CLASSES, expression_classes
from ofer.datasets.crop_record import read_crop_record
from ofer.datasets.duplicates import content_hashes
from ofer.datasets.indices import take_indices
from ofer.datasets.labelling import check_annotation, label_items
from ofer.datasets.layouts import find_file
from ofer.datasets.pipeline import Pipeline
from ofer.datasets.preloading import preload_images
from ofer.datasets.subsets import read_subset
from ofer.datasets.transforms.geometry import check_geometry
from ofer.files.archive import DamagedImageError, is_folder


class FERDataset(BaseDataset):
    """Base of the data sets of facial expressions.

    A subclass reads its files in :meth:`read_annotation`; this class maps names of expressions to indices in the order of the
    library, selects subsets, excludes items without a label, counts and logs. An item has ``img_path`` (``archive.zip/member`` in
    archives), ``gt_label`` (index into ``metainfo['classes']``), ``sample_idx``, and if they exist ``gt_score``
    ``(K,)`` float32 and ``img``.

    Args:
        data_root: folder of the data set.
        split: ``train``, ``val`` or ``test``.
        num_classes: 7, or 8 with contempt.
        pipeline: transforms, as configs or callables.
        subset: ``dict(list_file=..., labels='list' or 'dataset')``: only the images of a published list, see
            :mod:`ofer.datasets.subsets`. ``list_file`` is absolute or relative to ``data_root``.
        indices: number of first items, or indices of items, to use a part.
        lazy_init: read the files on first use.
        preload: decode every image once, when the files are read, and keep it in memory that the workers share.
        without: splits whose images are excluded from this one, by content, not by name: images in several splits must not be used for
            both training and test.
        damaged: ``'stop'`` raises for a damaged image. ``'skip'``, for training only, returns the next intact item instead, with the
            names of the damaged files in ``skipped``; ``SkippedImagesHook`` counts them.

    Raises:
        FileNotFoundError: the data root, an annotation file or images are missing.
        ValueError: an invalid argument or annotation; the message names file and line.
    """

    SPLITS: tuple[str | None, ...] = ('train', 'val', 'test')
    NATIVE_SIZE: int | None = None
    """Height and width of the images as they are given out, pixels, where all have the same."""
    SUBSET_CODES: tuple[str, ...] = ()
    """What the labels of this data set's subset lists mean, from 0. Empty: there are no such lists."""
    ALIGNER: Mapping[str, Any] | None = None
    """How its faces are cropped, as :func:`ofer.faces.build_aligner` takes it; None: unknown. ``metainfo['aligner']`` hands it to the
    checkpoint; crops made by ``ofer crop`` state their own."""
    _indices: int | Sequence[int] | None
    DENSE_LABELS: tuple[str, ...] = ()
    """Labels that belong to places in the image; transforms that would leave them behind are refused."""

    def __init__(
        self,
        data_root: str,
        split: str | None = 'train',
        num_classes: int = 7,
        pipeline: Sequence[Mapping | Callable] = (),
        subset: Mapping[str, str] | None = None,
        indices: int | Sequence[int] | None = None,
        lazy_init: bool = False,
        preload: bool = False,
        damaged: str = 'stop',
        without: Sequence[str] = (),
    ) -> None:
        if not isinstance(data_root, (str, os.PathLike)):
            raise ValueError(f'data_root={data_root!r}: expected the path of the folder of {type(self).__name__}')
        if any(name not in self.SPLITS or name == split for name in without):
            others = ', '.join(str(name) for name in self.SPLITS if name != split)
            raise ValueError(f'without={tuple(without)}: expected other splits than {split!r}, of {others or "which there are none"}')
        self.without = tuple(without)
        if damaged not in ('stop', 'skip'):
            raise ValueError(f"damaged={damaged!r}: expected 'stop' or 'skip'")
        if damaged == 'skip' and split in ('val', 'test'):
            raise ValueError(
                f"damaged='skip' is for training only: without the damaged images, results on the split {split!r} are not comparable"
            )
        self.damaged = damaged
        if split not in self.SPLITS:
            raise ValueError(f'split={split!r}: expected one of {", ".join(map(str, self.SPLITS))}')
        unknown = [key for key in subset or () if key not in ('list_file', 'labels')]
        if subset is not None and (unknown or 'list_file' not in subset):
            wrong = f'no key {unknown[0]!r} is known, ' if unknown else ''
            raise ValueError(f"subset={dict(subset)}: {wrong}expected dict(list_file=..., labels='list' or 'dataset')")
        if subset is not None and not self.SUBSET_CODES:
            raise ValueError(f'{type(self).__name__} has no published subset lists; remove subset={dict(subset)}')
        self.split = split
        self.subset = subset
        self.preload = preload
        self._words: tuple[str, ...] = (f'{type(self).__name__} {split or ""}'.strip(),)
        self._whole: int | None = None  # number of images before ``indices`` is applied
        checked = Pipeline(pipeline)
        check_geometry(checked.transforms, self.DENSE_LABELS)
        super().__init__(
            metainfo={'classes': self.class_names(num_classes), 'parsing_classes': PARSING_CLASSES},
            data_root=os.path.expanduser(os.fspath(data_root)),
            indices=indices,
            lazy_init=lazy_init,
            max_refetch=0,  # a damaged image is an error, no reason to return another one
        )
        self.pipeline = checked

    def class_names(self, num_classes: int) -> tuple[str, ...]:
        """Names of the classes in the order of the labels."""
        return expression_classes(num_classes)

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes in the order of the labels."""
        return self._metainfo['classes']

    @abstractmethod
    def read_annotation(self) -> tuple[str, list[dict[str, Any]]]:
        """Read the files of the split.

        Returns:
            Description of the layout, and the items: ``img_path``, ``expression`` (name of a class, or None with the reason in
            ``unlabelled``), and optionally ``votes`` (mapping of names of expressions to numbers) and ``img``. An error in one image or
            line is not raised, but becomes an item with ``problem`` (the error, whose message names file and line), and ``img_path`` if
            the image exists: loading raises the first error, and :mod:`ofer.datasets.verification` lists all of them.

        Raises:
            FileNotFoundError: the split does not exist.
            ValueError: no file of it can be read.
        """

    def how_to_get(self) -> str:
        """What to do if the folder is missing, for its message."""
        return (
            f'{type(self).__name__} is not downloaded by this library: get it from its authors, then put or link its folder there, or set '
            'data_root.'
        )

    def read_items(self) -> tuple[str, list[dict[str, Any]]]:
        """The result of :meth:`read_annotation`; raises if it is empty or has another form."""
        if not is_folder(self.data_root):
            raise FileNotFoundError(f'{self.data_root}: no such folder. {self.how_to_get()}')
        annotation = self.read_annotation()
        check_annotation(annotation, type(self).__name__)
        layout, items = annotation
        if not items:
            raise ValueError(f'{self.data_root}: no images of the split {self.split!r} found ({layout}). Check that the copy is complete.')
        return layout, items

    def load_data_list(self) -> list[dict[str, Any]]:
        """Read, select, label and count. Called by mmengine."""
        layout, items = self.read_items()
        record = read_crop_record(self.data_root)
        aligner = record['aligner'] if record and record['aligner'] else self.ALIGNER
        if aligner is not None:
            self._metainfo['aligner'] = dict(aligner)
        problems = [item['problem'] for item in items if 'problem' in item]
        if problems:
            if len(problems) == 1:
                raise problems[0]
            kind = FileNotFoundError if isinstance(problems[0], FileNotFoundError) else ValueError
            raise kind(f'{problems[0]} There are {len(problems) - 1} more problems: `ofer verify` lists all.') from problems[0]
        words = [*self._words, f'{self.data_root} ({layout})']
        if self.subset is not None:
            name = os.path.expanduser(self.subset['list_file'])
            options = dict(self.subset, list_file=find_file(self.data_root, (name,)) or os.path.join(self.data_root, name))
            items, selected = read_subset(codes=self.SUBSET_CODES, **options).select(items)
            words.append(selected)
        items, dropped = label_items(items, self.classes, self.left_out)
        if self.without:
            items, dropped[f'also in {" or ".join(self.without)}'] = self._without_shared(items)
        left = ['left out: ' + ', '.join(f'{reason} {number}' for reason, number in sorted(dropped.items()))] if dropped else []
        if not items:
            found = f'{self.data_root}: no image of the split {self.split!r} has a label that is used'
            raise ValueError(f'{found}; {left[0]}. Check num_classes, and the labels in the files.')
        self._whole = len(items)
        if self._indices is not None:
            items, self._indices = take_indices(items, self._indices, self.data_root), None
        if self.preload:
            left.append(preload_images(items, skip_damaged=self.damaged == 'skip'))
        self._words = ('; '.join(words), *left)
        return items

    def _without_shared(self, items: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], int]:
        """The items whose images are in no split of ``without``, and the number of the others."""
        shared: set[str | None] = set()
        for split in self.without:
            other = copy(self)
            other.split = split
            shared.update(content_hashes(other.read_items()[1]))
        kept = [item for item, code in zip(items, content_hashes(items), strict=True) if code not in shared]
        if not kept:
            raise ValueError(f'{self.data_root}: no images of {self.split!r} are left that are not in {" or ".join(self.without)} as well')
        return kept, len(items) - len(kept)

    def full_init(self) -> None:
        """Read the files and log their contents. Called by mmengine."""
        if not self._fully_initialized:
            super().full_init()
            print_log(self.summary, logger='current', level=logging.INFO)

    @property
    def summary(self) -> str:
        """Text about the files and the number of images of each class in use; empty before the files are read."""
        if not self._fully_initialized:
            return ''
        labels = self.get_gt_labels()
        counts = np.bincount(labels, minlength=len(self.classes))
        number = f'{len(labels)} images' if self._whole in (None, len(labels)) else f'{len(labels)} of {self._whole} images'
        classes = ', '.join(f'{name} {count}' for name, count in zip(self.classes, counts, strict=True))
        source, *others = self._words
        return '; '.join([source, f'{number}: {classes}', *others])

    def left_out(self, item: Mapping[str, Any]) -> str | None:
        """Why an item of :meth:`read_annotation` is excluded: its expression is no class, or the reason of the reader. None: it is used."""
        expression = item['expression']
        if expression is None:
            return item.get('unlabelled', 'without label')
        return expression if expression not in self.classes and expression in EXPRESSIONS_8 else None

    def prepare_data(self, idx: int) -> Any:
        """The item after the pipeline; with ``damaged='skip'`` the next intact one. Called by mmengine."""
        if self.damaged == 'stop':
            return super().prepare_data(idx)
        if idx >= len(self):
            raise IndexError(f'item {idx} of {len(self)}')
        skipped: list[str] = []
        for other in (*range(idx, len(self)), *range(idx)):
            item = self.get_data_info(other)
            try:
                return self.pipeline(item | {'skipped': tuple(skipped)} if skipped else item)
            except DamagedImageError:
                skipped.append(item['img_path'])
        raise ValueError(f'{self.data_root}: all {len(self)} images are damaged, {skipped[0]} first')

    def get_cat_ids(self, idx: int) -> list[int]:
        """The label of an item, for the wrappers of mmengine and mmpretrain."""
        return [int(self.get_data_info(idx)['gt_label'])]

    def get_gt_labels(self) -> np.ndarray:
        """Labels of all items, ``(len,)`` int64."""
        return np.array([self.get_data_info(i)['gt_label'] for i in range(len(self))], dtype=np.int64)


def describe_data(dataset: Any) -> str:
    """The ``summary`` of a data set, or of those in a wrapper (``ConcatDataset``, ``RepeatDataset``); empty if there is none."""
    if hasattr(dataset, 'summary'):
        return dataset.summary
    parts = getattr(dataset, 'datasets', None) or [part for part in (getattr(dataset, 'dataset', None),) if part is not None]
    return ' + '.join(text for text in map(describe_data, parts) if text)
