"""SFEW 2.0 (Dhall et al.): faces from films, seven expressions."""

from typing import Any

from ofer.categories import EXPRESSIONS_7, canonical_expression
from ofer.datasets.base import FERDataset
from ofer.datasets.layouts import TRAINING_NAMES, VALIDATION_NAMES, read_class_folders
from ofer.registry import DATASETS


@DATASETS.register_module()
class SFEW(FERDataset):
    """SFEW with ``Train/`` and ``Val/`` (or zip archives), with one folder for each class, ``Angry`` to ``Surprise``.

    The labels of the test split are not public: ``test`` is ``val``. Arguments as in :class:`ofer.datasets.base.FERDataset`.
    """

    def read_annotation(self) -> tuple[str, list[dict[str, Any]]]:
        """Items of the split; see the base class."""
        names = ('Train', *TRAINING_NAMES) if self.split == 'train' else ('Val', *VALIDATION_NAMES)
        return read_class_folders(self.data_root, names, canonical_expression, f'a name: {", ".join(EXPRESSIONS_7)}')
