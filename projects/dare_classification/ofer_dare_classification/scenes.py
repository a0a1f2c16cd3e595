"""Data sets of hyperspectral scenes: each labelled pixel, alone or with the patch around it."""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.dataset import BaseDataset

from ofer.registry import DATASETS, TRANSFORMS

from .band_tokens import mirrored
from .generated_scene import generate_scene
from .scene_files import CLASSES, Scene, check_scene, read_scene

SPLITS = ('train', 'test')


class ScenePixels(BaseDataset):
    """Base of the data sets of scenes: the labelled pixels of one map.

    An item has ``patch`` ``(patch, patch, B)`` float32 in [0, 1], ``gt_label``, ``row`` and ``column`` of the pixel, ``img_path`` (scene
    and place) and ``sample_idx``.

    Args:
        split: ``train`` (map ``TR``) or ``test`` (map ``TE``).
        patch: side of the patch around a pixel, odd; 1: the pixel alone.
        scene: ``indian_pines``, ``pavia`` or ``houston`` for the names of the classes; None: they are numbered.
        pipeline: transforms, as configs or callables.
        indices: number of first items, or indices of items, to use a part.
        lazy_init: read the scene on first use.

    Raises:
        ValueError: an invalid argument, or the scene has another number of classes than its name says.
    """

    source: str
    """Name of the file, or of the generated scene."""

    def __init__(
        self, split: str = 'train', patch: int = 7, scene: str | None = None, pipeline: Sequence[Mapping | Callable] = (),
        indices: int | Sequence[int] | None = None, lazy_init: bool = False,
    ) -> None:  # fmt: skip
        if split not in SPLITS:
            raise ValueError(f'split={split!r}: expected one of {", ".join(SPLITS)}')
        if scene is not None and scene not in CLASSES:
            raise ValueError(f'scene={scene!r}: expected one of {", ".join(CLASSES)}, or None')
        if patch < 1 or patch % 2 == 0:
            raise ValueError(f'patch={patch}: expected an odd number of pixels, so that the patch has a middle')
        self.split, self.patch, self.scene = split, patch, scene
        self._padded = np.zeros((0, 0, 0), np.float32)
        transforms = [TRANSFORMS.build(one) if isinstance(one, Mapping) else one for one in pipeline]
        metainfo = {'classes': CLASSES[scene]} if scene else {}
        super().__init__(metainfo=metainfo, pipeline=transforms, indices=indices, lazy_init=lazy_init, serialize_data=False, max_refetch=0)

    @abstractmethod
    def read(self) -> Scene:
        """The scene."""

    def load_data_list(self) -> list[dict[str, Any]]:
        """Places and labels of the pixels, class by class. Called by mmengine."""
        scene = self.read()
        classes = self._metainfo.get('classes')
        if classes and len(classes) != scene.num_classes:
            raise ValueError(f'{self.source}: {scene.num_classes} classes, and {self.scene} has {len(classes)}. Is it another scene?')
        if not classes:
            self._metainfo['classes'] = tuple(f'class {number}' for number in range(1, scene.num_classes + 1))
        self._padded = mirrored(scene.cube, self.patch)
        labels = scene.train if self.split == 'train' else scene.test
        rows, columns = np.nonzero(labels)
        order = np.argsort(labels[rows, columns], kind='stable')
        return [
            {'gt_label': int(labels[y, x]) - 1, 'row': int(y), 'column': int(x), 'img_path': f'{self.source}#{y},{x}'}
            for y, x in zip(rows[order], columns[order], strict=True)
        ]

    def get_data_info(self, idx: int) -> dict[str, Any]:
        """The item, with its patch. Called by mmengine."""
        item = super().get_data_info(idx)
        y, x = item['row'], item['column']
        return item | {'patch': self._padded[y : y + self.patch, x : x + self.patch]}

    def get_gt_labels(self) -> np.ndarray:
        """Labels of all items, ``(len,)`` int64."""
        return np.array([super(ScenePixels, self).get_data_info(i)['gt_label'] for i in range(len(self))], dtype=np.int64)


@DATASETS.register_module()
class HyperspectralScene(ScenePixels):
    """The labelled pixels of a scene in a file.

    Args:
        data_root: folder of the file.
        file: MATLAB file in it, see :func:`~ofer_dare_classification.scene_files.read_scene`.
        kwargs: arguments of :class:`ScenePixels`.
    """

    def __init__(self, data_root: str, file: str, **kwargs: Any) -> None:
        self.source = str(Path(data_root).expanduser() / file)
        super().__init__(**kwargs)

    def read(self) -> Scene:
        return read_scene(self.source)


@DATASETS.register_module()
class GeneratedScene(ScenePixels):
    """A generated scene of the same layout, for tests and for runs without data.

    Args:
        size: height and width, pixels.
        num_bands: number of bands.
        num_classes: number of classes.
        per_class: training pixels of each class.
        noise: deviation of the noise of a value; see :func:`~ofer_dare_classification.generate_scene`.
        seed: of the scene.
        kwargs: arguments of :class:`ScenePixels`.
    """

    def __init__(
        self, size: int = 48, num_bands: int = 40, num_classes: int = 8, per_class: int = 20, noise: float = 0.5, seed: int = 0,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        self.recipe = dict(size=size, num_bands=num_bands, num_classes=num_classes, per_class=per_class, noise=noise, seed=seed)
        self.source = f'generated scene {seed}'
        super().__init__(**kwargs)

    def read(self) -> Scene:
        content = generate_scene(**self.recipe)  # type: ignore[arg-type]
        return check_scene(content['input'], content['TR'], content['TE'], self.source)
