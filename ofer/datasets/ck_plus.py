"""CK+ (Lucey et al. 2010): 593 sequences of 123 people, of which 327 have an expression, from neutral to its peak.

As usual, the last three frames of a sequence have its expression and the first frame is neutral. Sequences without an expression are
excluded and counted.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from ofer.categories import CK_PLUS_CODES
from ofer.datasets.folds import FoldedDataset
from ofer.datasets.layouts import MissingImagesError, find_split, what_lies
from ofer.datasets.text_lines import read_text, shortened, whole_number
from ofer.files.archive import scan
from ofer.registry import DATASETS

STRONGEST = 3
"""How many frames at a sequence's end show its expression."""


def read_emotion(path: str) -> str:
    """The expression in ``S005_001_00000011_emotion.txt``, as one number from 0 to 7 (written ``3.0000000e+00``).

    Raises:
        ValueError: the file has another content.
    """
    text = read_text(path).strip()
    code = whole_number(text)
    if code is None or not 0 <= code < len(CK_PLUS_CODES):
        raise ValueError(f'{path}, line 1: {shortened(text)!r}, expected one number from 0 (neutral) to 7 (surprise)')
    return CK_PLUS_CODES[code]


def sequence_key(name: str) -> str:
    """Person and sequence, ``S005/001``, from the path of a file in the sequence's folder."""
    return '/'.join(name.upper().split('/')[-3:-1])


class Label(NamedTuple):
    """Label of a sequence: its expression, None if the file cannot be read, and the number of the last frame, from the file name.

    ``last`` is None if the name has no number.
    """

    expression: str | None
    last: int | None


def last_frame(path: str) -> int | None:
    """The number 11 for ``S005_001_00000011_emotion.txt``; None for ``S005_001_emotion.txt``."""
    match = re.search(r'_\d+_(\d+)_emotion\.txt$', path.lower())
    return int(match[1]) if match else None


def missing_frames(frames: Sequence[str], last: int | None) -> list[str]:
    """Names of missing frames of a sequence: without them another frame would be taken for the neutral one or the peak.

    Args:
        frames: names of the existing files, in order, at least one.
        last: number of the last frame; None: number of the last existing frame.

    Raises:
        ValueError: a name does not end in a number, or a number is repeated or not in 1 to ``last``.
    """
    numbers = []
    for frame in frames:
        match = re.search(r'(\d+)\.\w+$', frame)
        if match is None:
            raise ValueError(f'{frame}: expected a name that ends in the number of the frame')
        numbers.append(int(match[1]))
    last = numbers[-1] if last is None else last
    extra = [frame for i, frame in enumerate(frames) if not 1 <= numbers[i] <= last or numbers[i] in numbers[:i]]
    if extra:
        raise ValueError(f'{extra[0]}: expected the frames 1 to {last}, each once')
    stem, digits, suffix = re.split(r'(\d+)(?=\.\w+$)', frames[0])
    return [f'{stem}{number:0{len(digits)}d}{suffix}' for number in range(1, last + 1) if number not in numbers]


@DATASETS.register_module()
class CKPlus(FoldedDataset):
    """CK+ as distributed: ``cohn-kanade-images/S005/001/*.png`` (or as a zip archive) and ``Emotion/S005/001/*_emotion.txt``.

    With 7 classes, frames of contempt are excluded, but the neutral frames of these sequences are kept. Arguments as in
    :class:`ofer.datasets.folds.FoldedDataset`.
    """

    def read_everybody(self) -> tuple[str, list[dict[str, Any]]]:
        """Items of all people; see the base class."""
        container = find_split(self.data_root, ('cohn-kanade-images', 'extended-cohn-kanade-images'))
        emotions = find_split(self.data_root, ('Emotion', 'Emotion_labels'))
        if container is None or emotions is None:
            raise FileNotFoundError(
                f'{self.data_root}: no {"folder or archive cohn-kanade-images" if container is None else "folder Emotion"}. CK+ comes as '
                f'images and labels apart; unpack both there. {what_lies(self.data_root)}'
            )
        tree = scan(container)
        sequences: dict[str, list[str]] = {}
        for name in tree.images:  # sorted, so the frames are in order
            sequences.setdefault(sequence_key(name), []).append(name)
        labels, items = self._read_labels(emotions)
        missing = [sequence for sequence in labels if sequence not in sequences]
        if missing:
            remedy = f'These are sequences that {emotions} labels. Unpack the images again.'
            items.append({'problem': MissingImagesError(missing, len(labels), tree, remedy)})
        lacking: list[str] = []
        for sequence, frames in sequences.items():
            paths = [f'{container}/{frame}' for frame in frames]
            person = sequence.split('/')[0]
            if sequence not in labels:
                items.append({'img_path': paths[-1], 'person': person, 'expression': None, 'unlabelled': 'sequence without emotion'})
                continue
            if len(paths) <= STRONGEST:
                problem = ValueError(
                    f'{container}/{sequence}: {len(paths)} frames, expected at least {STRONGEST + 1}: the first is neutral, the last '
                    f'{STRONGEST} show the expression. Unpack the images again.'
                )
                items.append({'problem': problem})
                continue
            expression, last = labels[sequence]
            try:
                lacking += missing_frames(frames, last)
            except ValueError as error:
                items.append({'problem': ValueError(f'{container}/{error}. Unpack the images again.')})
                continue
            if expression is not None:
                items.append({'img_path': paths[0], 'person': person, 'expression': 'neutral'})
                items += [{'img_path': path, 'person': person, 'expression': expression} for path in paths[-STRONGEST:]]
        if lacking:
            total = sum(len(frames) for sequence, frames in sequences.items() if sequence in labels) + len(lacking)
            items.append({'problem': MissingImagesError(lacking, total, tree, 'Unpack the images again.')})
        return tree.describe(), items

    def _read_labels(self, folder: str) -> tuple[dict[str, Label], list[dict[str, Any]]]:
        """Labels by sequence, and items for invalid files."""
        labels: dict[str, Label] = {}
        problems: list[dict[str, Any]] = []
        for name in scan(folder).others:
            if not name.lower().endswith('_emotion.txt'):
                continue
            path, sequence = f'{folder}/{name}', sequence_key(name)
            try:
                if sequence in labels:
                    raise ValueError(f'{path}: {sequence} has another emotion file as well. Keep the one of CK+.')
                labels[sequence] = Label(None, last_frame(name))
                labels[sequence] = Label(read_emotion(path), last_frame(name))
            except ValueError as error:
                problems.append({'problem': error})
        return labels, problems
