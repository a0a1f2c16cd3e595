"""Drawn faces: the data set of the library, so that everything runs without other data.

Every item is drawn on access, only from (seed, split, index), with exact landmarks, parsing map and occlusion mask. It is no substitute for
photographs. It is for demonstrations, tests, and for training small landmark and parsing priors from scratch.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

import numpy as np

from ofer.datasets.base import FERDataset
from ofer.registry import DATASETS
from ofer.synthetic import OCCLUDERS, Draws, Person, draw_portrait, express, sample_camera, sample_person, sample_scene

SIZES = (48, 224)
WEAKEST, STRONGEST = 0.5, 1.0
"""Intensity of the expressions."""

# Separate random streams, so that one part can change alone: the same face with and without an occluder.
_PERSON, _PHOTOGRAPH, _NOISE, _OCCLUDER, _ORDER = range(5)


@DATASETS.register_module()
class SyntheticFaces(FERDataset):
    """Procedurally drawn faces.

    Each person has every expression once; different splits have different persons. An item has ``img`` ``(H, W, 3)`` uint8 RGB,
    ``gt_label``, ``gt_landmarks`` ``(68, 2)`` float32 (shares of width and height, 300-W order; occluded ones too), ``gt_parsing``
    ``(H, W)`` uint8 (LaPa's classes; an occluder is background), ``gt_occlusion`` ``(H, W)`` bool (True = occluded), ``img_path``
    ``synthetic/<split>/<index>`` and ``sample_idx``. The drawing of an index depends on ``seed``, ``split`` and ``num_classes``, but
    not on ``length``, ``size`` or the order of access.

    Args:
        split: ``train``, ``val`` or ``test``.
        size: height and width, pixels, 48 to 224.
        length: number of faces.
        num_classes: 7, or 8 with contempt.
        occlusion: share of occluded faces, 0..1.
        occluders: kinds of occluders, out of ``mask``, ``sunglasses``, ``hand``, ``hair``, ``cup`` and ``shape``.
        seed: determines the persons.
        keep: keep the drawings in memory (five bytes for each pixel of each face, in each worker process), for trainings with more than
            one epoch; workers have to be persistent.
        pipeline: transforms, as configs or callables.
        indices: number of first items, or indices of items, to use a part.
        lazy_init: make the list of labels on first use.

    Raises:
        ValueError: an invalid argument.
    """

    SPLITS = ('train', 'val', 'test')
    DENSE_LABELS = ('gt_landmarks', 'gt_parsing', 'gt_occlusion')

    def __init__(
        self,
        split: str = 'train',
        size: int = 112,
        length: int = 2000,
        num_classes: int = 7,
        occlusion: float = 0.0,
        occluders: Sequence[str] = tuple(OCCLUDERS),
        seed: int = 0,
        keep: bool = False,
        pipeline: Sequence[Mapping | Callable] = (),
        indices: int | Sequence[int] | None = None,
        lazy_init: bool = False,
    ) -> None:
        if not SIZES[0] <= size <= SIZES[1]:
            raise ValueError(f'size={size}: faces are drawn from {SIZES[0]} to {SIZES[1]} pixels; draw near the size you need and resize')
        if length < 1:
            raise ValueError(f'length={length}: expected at least one face')
        if not 0 <= occlusion <= 1:
            raise ValueError(f'occlusion={occlusion}: expected a share of the faces in [0, 1]')
        if not occluders or not set(occluders) <= set(OCCLUDERS):
            raise ValueError(f'occluders={tuple(occluders)}: expected some of {", ".join(OCCLUDERS)}')
        if seed < 0:
            raise ValueError(f'seed={seed}: expected a number from 0')
        self.size = size
        self.length = length
        self.num_classes = num_classes
        self.occlusion = occlusion
        self.occluders = tuple(occluders)
        self.seed = seed
        self.kept: dict[int, dict[str, Any]] | None = {} if keep else None
        super().__init__(data_root='', split=split, num_classes=num_classes, pipeline=pipeline, indices=indices, lazy_init=lazy_init)

    def load_data_list(self) -> list[dict[str, Any]]:
        """Labels and names of all items; nothing is drawn. Called by mmengine."""
        return [{'gt_label': self.label(i), 'drawing': i} for i in range(self.length)]

    def label(self, index: int) -> int:
        """Class of a drawing."""
        person, turn = divmod(index, self.num_classes)
        return self._draws(_ORDER, person).permutation(self.num_classes)[turn]

    def person(self, index: int) -> Person:
        """Index of the person on a drawing."""
        return sample_person(self._draws(_PERSON, index // self.num_classes))

    def draw(self, index: int, label: int | None = None) -> dict[str, Any]:
        """Draw one face.

        Args:
            index: of the drawing, from 0; may exceed ``length``.
            label: this expression instead of that of the index; everything else is unchanged.

        Returns:
            The item as described for the class, without ``sample_idx``.
        """
        label = self.label(index) if label is None else label
        draws = self._draws(_PHOTOGRAPH, index)
        camera, scene, intensity = sample_camera(draws), sample_scene(draws), draws.uniform(WEAKEST, STRONGEST)
        units = express(self.classes[label], intensity, draws)
        draws = self._draws(_OCCLUDER, index)
        occluder = (draws.pick(self.occluders), draws) if draws.chance(self.occlusion) else None
        portrait = draw_portrait(self.person(index), units, camera, scene, self.size, self._draws(_NOISE, index), occluder)
        return {
            'img_path': f'synthetic/{self.split}/{index}',
            'gt_label': label,
            'img': portrait.image,
            'gt_landmarks': portrait.landmarks,
            'gt_parsing': portrait.parsing,
            'gt_occlusion': portrait.occlusion,
        }

    def get_data_info(self, idx: int) -> dict[str, Any]:
        """The item, drawn. Called by mmengine."""
        item = super().get_data_info(idx)
        index = item.pop('drawing')
        if self.kept is None:
            return item | self.draw(index)
        if index not in self.kept:
            self.kept[index] = self.draw(index)
        return item | deepcopy(self.kept[index])  # transforms may write into it

    def fingerprint(self, idx: int) -> str:
        """Everything that determines the image of an item, without drawing it: the key for a cache of its features."""
        drawing = super().get_data_info(idx)['drawing']
        occluders = f'occluders {", ".join(self.occluders)} on {self.occlusion}' if self.occlusion else 'no occluders'
        return f'{self.split} {drawing}, seed {self.seed}, {self.num_classes} classes, {self.size} pixels, {occluders}'

    def get_cat_ids(self, idx: int) -> list[int]:
        return [int(super().get_data_info(idx)['gt_label'])]

    def get_gt_labels(self) -> np.ndarray:
        return np.array([super(SyntheticFaces, self).get_data_info(i)['gt_label'] for i in range(len(self))], dtype=np.int64)

    def _draws(self, stream: int, number: int) -> Draws:
        return Draws(self.seed, self.SPLITS.index(self.split), stream, number)
