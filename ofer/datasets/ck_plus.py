"""CK+ (Lucey et al. 2010): 593 sequences of 123 people, of which 327 have an expression, from neutral to its strongest moment.

As is usual, the last three frames of a sequence show its expression and the first is neutral; sequences without an expression are left
out and counted.
"""

import glob
import os
from typing import Any

from ofer.datasets.archive import list_images
from ofer.datasets.categories import CK_PLUS_CODES
from ofer.datasets.folds import FoldedDataset
from ofer.datasets.layouts import MissingImagesError, describe, find_split
from ofer.datasets.text_lines import read_lines
from ofer.registry import DATASETS

STRONGEST = 3
"""How many frames at a sequence's end show its expression."""


def read_emotion(path: str) -> str:
    """The expression that ``S005_001_00000011_emotion.txt`` holds, as one number from 0 to 7 (written ``3.0000000e+00``).

    Raises:
        ValueError: something else stands there.
    """
    text = '\n'.join(read_lines(path)).strip()
    try:
        code = float(text)
    except ValueError:
        code = -1
    if code not in range(len(CK_PLUS_CODES)):
        raise ValueError(f'{path}, line 1: {text!r}, expected one number from 0 (neutral) to 7 (surprise)')
    return CK_PLUS_CODES[int(code)]


@DATASETS.register_module()
class CKPlus(FoldedDataset):
    """CK+ as it is given out: ``cohn-kanade-images/S005/001/*.png`` (or as a zip archive) and ``Emotion/S005/001/*_emotion.txt``.

    With 7 classes the contempt of its sequences is left out, and their neutral frames stay. Arguments as in
    :class:`ofer.datasets.folds.FoldedDataset`.
    """

    def read_everybody(self) -> tuple[str, list[dict[str, Any]]]:
        """Items of all people; see the base class."""
        container = find_split(self.data_root, ('cohn-kanade-images', 'extended-cohn-kanade-images'))
        emotions = find_split(self.data_root, ('Emotion', 'Emotion_labels'))
        if container is None or emotions is None or not os.path.isdir(emotions):
            raise FileNotFoundError(
                f'{self.data_root}: no {"folder or archive cohn-kanade-images" if container is None else "folder Emotion"}. CK+ comes as '
                'images and labels apart; unpack both there.'
            )
        sequences: dict[str, list[str]] = {}
        for name in list_images(container):  # sorted, so the frames are in order
            sequences.setdefault('/'.join(name.split('/')[-3:-1]), []).append(name)
        labels, items = self._read_labels(emotions)
        missing = [sequence for sequence in labels if sequence not in sequences]
        if missing:
            remedy = f'These are sequences that {emotions} labels. Unpack the images again.'
            items.append({'problem': MissingImagesError(missing, len(labels), container, remedy)})
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
            expression = labels[sequence]
            if expression is not None:
                items.append({'img_path': paths[0], 'person': person, 'expression': 'neutral'})
                items += [{'img_path': path, 'person': person, 'expression': expression} for path in paths[-STRONGEST:]]
        return describe(container), items

    def _read_labels(self, folder: str) -> tuple[dict[str, str | None], list[dict[str, Any]]]:
        """Expressions by sequence, None where the file cannot be read, and the items of the files that are wrong."""
        labels: dict[str, str | None] = {}
        problems: list[dict[str, Any]] = []
        for path in sorted(glob.glob('**/*_emotion.txt', root_dir=folder, recursive=True)):
            sequence = '/'.join(path.split(os.sep)[-3:-1])
            try:
                if sequence in labels:
                    raise ValueError(f'{os.path.join(folder, path)}: {sequence} has another emotion file as well. Keep the one of CK+.')
                labels[sequence] = None
                labels[sequence] = read_emotion(os.path.join(folder, path))
            except ValueError as error:
                problems.append({'problem': error})
        return labels, problems
