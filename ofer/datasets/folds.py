"""Folds by person: no person is in both training and validation.

For sets with many images of few persons. Published folds differ and are rarely given. These folds depend only on the names of the persons
with an expression, so they are the same for every copy, with and without the unlabelled images.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ofer.datasets.base import FERDataset


def folds_by_person(people: Iterable[str], folds: int) -> dict[str, int]:
    """The fold of each person: in sorted order, person ``i`` goes to fold ``i % folds``.

    Args:
        people: names, repetitions allowed.
        folds: number of folds.

    Raises:
        ValueError: fewer than two folds, or fewer people than folds.
    """
    names = sorted(set(people))
    if not 2 <= folds <= len(names):
        raise ValueError(f'folds={folds}: expected 2 to {len(names)}, the number of people')
    return {name: i % folds for i, name in enumerate(names)}


class FoldedDataset(FERDataset):
    """Base of the data sets without splits, which are divided by person.

    Args:
        data_root: folder of the data set.
        split: ``val`` is the persons of ``fold``, ``train`` the others; ``test`` is ``val``. None: all persons, to test a model that was
            trained on another set.
        num_classes: 7, or 8 with contempt.
        fold: the validation fold, from 0.
        folds: number of folds.
        pipeline: see :class:`ofer.datasets.base.FERDataset`, as for the rest.
        indices: to use a part.
        lazy_init: read the files on first use.
        preload: decode every image once and keep it in memory.
        damaged: stop at a damaged image, or skip it.
    """

    SPLITS = ('train', 'val', 'test', None)

    def __init__(
        self,
        data_root: str,
        split: str | None = 'train',
        num_classes: int = 7,
        fold: int = 0,
        folds: int = 10,
        pipeline: Sequence[Mapping | Callable] = (),
        indices: int | Sequence[int] | None = None,
        lazy_init: bool = False,
        preload: bool = False,
        damaged: str = 'stop',
    ) -> None:
        if not 0 <= fold < folds:
            raise ValueError(f'fold={fold}: expected 0 to {folds - 1}, as there are folds={folds}')
        self.fold = fold
        self.folds = folds
        super().__init__(data_root, split, num_classes, pipeline, None, indices, lazy_init, preload, damaged)

    @abstractmethod
    def read_everybody(self) -> tuple[str, list[dict[str, Any]]]:
        """Layout and items of all persons, as for :meth:`read_annotation`, each with its ``person`` or ``problem``."""

    def read_annotation(self) -> tuple[str, list[dict[str, Any]]]:
        """Items of the split; see the base class."""
        layout, items = self.read_everybody()
        if self.split is None or not items:
            return layout, items
        try:
            fold_of = folds_by_person((item['person'] for item in items if item.get('expression') and 'person' in item), self.folds)
        except ValueError as error:
            return layout, [*items, {'problem': ValueError(f'{self.data_root}: {error}')}]
        chosen = {person for person, fold in fold_of.items() if (fold == self.fold) != (self.split == 'train')}
        layout += f', fold {self.fold} of {self.folds} validates, {len(chosen)} of {len(fold_of)} people'
        return layout, [item for item in items if 'person' not in item or item['person'] in chosen]
