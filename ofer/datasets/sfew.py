"""SFEW 2.0 (Dhall et al. 2011): faces from films, seven expressions."""

from typing import Any

from ofer.datasets.base import FERDataset
from ofer.datasets.categories import EXPRESSIONS_7, canonical_expression
from ofer.datasets.layouts import VALIDATION_NAMES, describe, find_split, items_by_folder
from ofer.registry import DATASETS


@DATASETS.register_module()
class SFEW(FERDataset):
    """SFEW with ``Train/`` and ``Val/`` (or zip archives), and in each one folder a class, ``Angry`` to ``Surprise``.

    The labels of the test split are not given out: ``test`` is ``val``. Arguments as in :class:`ofer.datasets.base.FERDataset`.
    """

    def read_annotation(self) -> tuple[str, list[dict[str, Any]]]:
        """Items of the split; see the base class."""
        container = find_split(self.data_root, ('train',) if self.split == 'train' else VALIDATION_NAMES)
        if container is None:
            raise FileNotFoundError(
                f'{self.data_root}: no folder or archive {"Train" if self.split == "train" else "Val"} with one folder a class. '
                'Set data_root to the folder in which it lies.'
            )
        return describe(container), items_by_folder(container, canonical_expression, f'a name: {", ".join(EXPRESSIONS_7)}')
