"""What could make a number better than it should be: training sets that overlap with the images of the report."""

from collections.abc import Sequence

OVERLAPS: dict[str, frozenset[str]] = {
    'FER2013': frozenset({'FER2013', 'FERPlus'}),
    'FERPlus': frozenset({'FER2013', 'FERPlus'}),
    'RAFDB': frozenset({'RAFDB', 'OccluFER'}),
    'AffectNet': frozenset({'AffectNet', 'OccluFER'}),
    'OccluFER': frozenset({'OccluFER', 'RAFDB', 'AffectNet'}),
    'FEDRO': frozenset({'FEDRO'}),
}
"""Data sets that share images, by type. FERPlus has the images of FER2013; Occlu-FER took images from public data sets, which it does not
list."""

UNKNOWN = 'training data unknown'
FOLDERS = ('', 'FaceFolder')
"""Types of data whose origin is unknown: arrays, and folders of images."""


def contamination(data: str, split: str, trained_on: Sequence[str] | None, train_split_only: bool = True) -> tuple[str, ...]:
    """Flags of a model on a data set.

    Args:
        data: type of the data set, e.g. ``'FERPlus'``.
        split: that the report uses.
        trained_on: types of the data sets of the model's training; None or empty: unknown.
        train_split_only: whether the model's training used the official training split of this data set only.

    Returns:
        Sentences; empty if nothing is known against the numbers.

    >>> contamination('FERPlus', 'test', ['FER2013'])
    ('trained on FER2013, which has images of FERPlus (other split)',)
    """
    if not trained_on:
        return (UNKNOWN,)
    if data in FOLDERS:
        return (f'trained on {", ".join(trained_on)}, and it is unknown whether these images are from there',)
    found = []
    for name in trained_on:
        if name == data and train_split_only and split != 'train':
            continue  # the rule of the data set itself: train on its training split, test on its test split
        if name == data:
            found.append(f'trained on {name} itself, split {split} included')
        elif data in OVERLAPS.get(name, frozenset()) or name in OVERLAPS.get(data, frozenset()):
            found.append(f'trained on {name}, which has images of {data} (other split)')
    return tuple(found)
