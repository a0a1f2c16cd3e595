"""FERPlus (Barsoum et al. 2016): the votes of ten annotators on the images of FER2013.

The majority vote is the label. Images with a majority for ``unknown`` or ``NF`` (no face), or with a tie for the most votes, are excluded:
26,937, 3,396 and 3,375 remain. For an image in two rows of the csv file, the later row is used, which is the image of that name in
FER2013.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ofer.categories import FERPLUS_CODES
from ofer.datasets.base import FERDataset
from ofer.datasets.csv_rows import Row, read_rows
from ofer.datasets.fer2013 import CSV_NAMES, FER2013_ALIGNER, SPLIT_NAMES, parse_pixels, usage_split
from ofer.datasets.image_names import ImageNames, image_key, unlisted_items
from ofer.datasets.layouts import MissingImagesError, find_file, find_split, scan_copy
from ofer.files.archive import scan
from ofer.registry import DATASETS

VOTE_COLUMNS = (*FERPLUS_CODES, 'unknown', 'NF')
ANNOTATORS = 10
VOTES_NAMES = ('fer2013new.csv', 'ferplus/fer2013new.csv', 'FERPlus/fer2013new.csv')

Item = dict[str, Any]


def majority(votes: Mapping[str, int]) -> str:
    """The answer with the most votes, or ``tie``.

    Args:
        votes: numbers of votes by answer, all of :data:`VOTE_COLUMNS`.
    """
    most = max(votes.values())
    winners = [name for name, number in votes.items() if number == most]
    return winners[0] if len(winners) == 1 else 'tie'


@DATASETS.register_module()
class FERPlus(FERDataset):
    """Votes of FERPlus with the images of FER2013: ``fer2013.csv``, or folders or zip archives with the image names of FERPlus.

    Args:
        data_root: folder of the images of FER2013 in any of these forms.
        split: ``train``, ``val`` or ``test`` (Training, PublicTest, PrivateTest).
        num_classes: 8, or 7 without contempt.
        labels: ``majority``, or ``soft``: then an item also has ``gt_score``, the shares of the votes among the used classes.
        least_votes: answers of fewer annotators are set to 0 in ``gt_score``; 2 removes answers of a single annotator.
        votes_file: ``fer2013new.csv``, absolute or relative to ``data_root``; default: searched there and in ``ferplus/``.
        pipeline: see :class:`ofer.datasets.base.FERDataset`, as for the rest.
        subset: the occlusion or pose list.
        indices: to use a part.
        lazy_init: read the files on first use.
        preload: decode every image once and keep it in memory.
        damaged: stop at a damaged image, or skip it.
        without: splits whose images are excluded.
    """

    NATIVE_SIZE = 48
    SUBSET_CODES = FERPLUS_CODES
    ALIGNER = FER2013_ALIGNER

    def __init__(
        self,
        data_root: str,
        split: str = 'train',
        num_classes: int = 8,
        labels: str = 'majority',
        votes_file: str | None = None,
        pipeline: Sequence[Mapping | Callable] = (),
        subset: Mapping[str, str] | None = None,
        indices: int | Sequence[int] | None = None,
        lazy_init: bool = False,
        preload: bool = False,
        damaged: str = 'stop',
        without: Sequence[str] = (),
        least_votes: int = 1,
    ) -> None:
        if labels not in ('majority', 'soft'):
            raise ValueError(f"labels={labels!r}: expected 'majority' or 'soft'")
        if least_votes < 1:
            raise ValueError(f'least_votes={least_votes}: expected at least 1')
        self.labels, self.least_votes = labels, least_votes
        self.votes_file = votes_file
        super().__init__(data_root, split, num_classes, pipeline, subset, indices, lazy_init, preload, damaged, without)

    def read_annotation(self) -> tuple[str, list[Item]]:
        """Items of the split; see the base class."""
        votes_file = find_file(self.data_root, VOTES_NAMES if self.votes_file is None else (self.votes_file,))
        if votes_file is None:
            path = os.path.join(self.data_root, self.votes_file or VOTES_NAMES[0])
            raise FileNotFoundError(f'{path}: no such file. It comes with FERPlus; put it there or set votes_file.')
        rows = read_rows(votes_file, ('Usage', 'Image name', *VOTE_COLUMNS))
        positions: dict[str, int] = {}  # of rows, by image key
        items: list[Item] = []
        for index, row in enumerate(rows):
            try:
                name = row.text('Image name')  # FERPlus excludes the images without a name
                if usage_split(row) == self.split and name:
                    positions[image_key(name)] = index
            except ValueError as error:
                items.append({'problem': error})
        pixels_file = find_file(self.data_root, CSV_NAMES)
        layout, images, others = self._from_csv(pixels_file, len(rows), positions) if pixels_file else self._from_files(list(positions))
        for name, index in positions.items():
            item = images.get(name, {}) | self._annotation(rows[index])
            if name in images or 'problem' in item:
                items.append(item)
        return layout, items + others

    def _annotation(self, row: Row) -> Item:
        try:
            votes = {column: row.number(column, ANNOTATORS, f'a number of votes from 0 to {ANNOTATORS}') for column in VOTE_COLUMNS}
        except ValueError as error:
            return {'problem': error}
        if not 1 <= sum(votes.values()) <= ANNOTATORS:
            return {'problem': row.error(f'{sum(votes.values())} votes, expected 1 to {ANNOTATORS}, one of each annotator at most')}
        answer = majority(votes)
        item: Item = {'expression': answer} if answer in FERPLUS_CODES else {'expression': None, 'unlabelled': answer}
        if self.labels != 'soft':
            return item
        # The majority vote is always kept; otherwise no vote might be left.
        return item | {'votes': {name: number for name, number in votes.items() if number >= self.least_votes or name == answer}}

    def _from_csv(self, pixels_file: str, rows: int, positions: Mapping[str, int]) -> tuple[str, dict[str, Item], list[Item]]:
        pixels = read_rows(pixels_file, ('pixels',))
        if len(pixels) != rows:
            raise ValueError(
                f'{pixels_file}: {len(pixels)} rows, but the votes have {rows}. They belong together row by row; get the complete file.'
            )
        images: dict[str, Item] = {}
        problems: list[Item] = []
        for name, index in positions.items():
            try:
                images[name] = {'img_path': f'{pixels_file}/{name}.png', 'img': parse_pixels(pixels[index])}
            except ValueError as error:
                problems.append({'problem': error})
        return f'csv {os.path.basename(pixels_file)}', images, problems

    def _from_files(self, wanted: Sequence[str]) -> tuple[str, dict[str, Item], list[Item]]:
        split = find_split(self.data_root, SPLIT_NAMES[str(self.split)])
        tree = scan(split) if split else scan_copy(self.data_root)
        known = ImageNames(tree.images)
        matches = known.match(wanted)
        others: list[Item] = [{'problem': problem} for problem in matches.problems]
        if matches.missing:
            remedy = 'Copy them again.'
            if not matches.found:
                remedy = (
                    'Images under other names cannot be joined with the votes: use fer2013.csv, or images named by the scripts of FERPlus.'
                )
            others.append({'problem': MissingImagesError(matches.missing, len(wanted), tree, remedy)})
        if split is not None:  # otherwise the folder has the images of all splits
            others += unlisted_items(tree.path, known.unlisted(wanted))
        return tree.describe(), {name: {'img_path': f'{tree.path}/{image}'} for name, image in matches.found.items()}, others
