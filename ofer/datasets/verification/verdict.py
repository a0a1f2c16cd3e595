"""The verdict on a data set after reading and decoding: counts, problems, notes, duplicates."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ofer.datasets.verification.decoding import Inspection, Problem
from ofer.datasets.verification.reading import Split

USUAL = 0.9
"""Share of the images from which on a size, or being grey or coloured, is what is usual, and the others are named."""


@dataclass(frozen=True)
class Duplicate:
    """Images that are equal in all pixels: split, path and class (or ``without label``) of each."""

    places: tuple[tuple[str, str, str], ...]

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits of the images, each once."""
        return tuple(dict.fromkeys(split for split, _, _ in self.places))

    @property
    def disagree(self) -> bool:
        """Whether they have different labels."""
        return len({label for _, _, label in self.places}) > 1


@dataclass(frozen=True)
class Verdict:
    """The result of checking a data set.

    Attributes:
        counts: images by class and by split; the last ones are reasons for excluding images.
        decoded: number of decoded images.
        sizes: images by height and width.
        grey: number of grey images among them.
        problems: all that have to be fixed, each once.
        notes: observations that do not prevent a training.
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
        """Whether a training can start."""
        return self.decoded > 0 and not self.problems


def judge(splits: Sequence[Split], inspections: Sequence[Inspection]) -> Verdict:
    """Combine the results of reading and decoding.

    Args:
        splits: from :func:`read_splits`.
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
    """Images of another size than nearly all others, and grey ones among coloured ones or vice versa."""
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
