"""Occlu-FER (Zhai et al. 2025): occluded faces, 6,838 to train and 880 to validate with eight classes; a later release has no contempt."""

from typing import Any

from ofer.categories import canonical_expression
from ofer.datasets.base import FERDataset
from ofer.datasets.layouts import TRAINING_NAMES, VALIDATION_NAMES, read_class_folders
from ofer.registry import DATASETS


@DATASETS.register_module()
class OccluFER(FERDataset):
    """Occlu-FER as distributed: ``train/`` and ``valid/`` (or zip archives) with one folder for each class, ``AN`` to ``SU``.

    The data set has no test split: ``test`` is ``val``, as in the published work. Arguments as in
    :class:`ofer.datasets.base.FERDataset`.
    """

    def read_annotation(self) -> tuple[str, list[dict[str, Any]]]:
        """Items of the split; see the base class."""
        names = TRAINING_NAMES if self.split == 'train' else ('valid', *VALIDATION_NAMES, 'test')
        return read_class_folders(self.data_root, names, canonical_expression, 'AN, CO, DI, FE, HA, NE, SA, SU, or names')
