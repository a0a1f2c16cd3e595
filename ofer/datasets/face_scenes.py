"""Composed scenes to train a face detector on: real and drawn faces with masks and other objects on varied backgrounds, in grey."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from mmengine.dataset import BaseDataset

from ofer.datasets.face_sources import Labelled, crop_patch, cutouts, drawn_faces, labelled_faces, portrait_patch
from ofer.registry import DATASETS, TRANSFORMS
from ofer.synthetic.crowd import FacePatch, Scene, compose, draw_background, dress, photograph, scatter
from ofer.synthetic.draws import Draws

SPLITS = ('train', 'val', 'test')


def _read(files: Mapping[str, str] | None) -> list[Labelled]:
    return [] if files is None else labelled_faces(files['images'], files['boxes'])


def framed(image: np.ndarray, scene: Scene, draws: Draws) -> np.ndarray:
    """The scene cropped around one of its faces, or anywhere, and padded with its mean grey, as detectors pad their images.

    Args:
        image: ``(h, w)`` uint8.
        scene: faces of which less than 60 % remain are marked as ignored, in place.
        draws: random numbers.

    Returns:
        ``(h, w)`` uint8.
    """
    extent = len(image)
    window = np.array([0, 0, extent, extent]) + draws.array(4) * extent * (0.3, 0.3, -0.3, -0.3)
    if len(scene.boxes) and draws.chance(0.6):
        box = draws.pick(list(scene.boxes))
        window = box + (draws.array(4) * 0.6 - 0.12) * (box[2] - box[0]) * (-1, -1, 1, 1)
    left, top, right, bottom = np.clip(np.round(window), 0, extent).astype(int)
    if right - left < 12 or bottom - top < 12:
        return image
    result = np.full_like(image, round(float(image[top:bottom, left:right].mean())))
    result[top:bottom, left:right] = image[top:bottom, left:right]
    inside = np.minimum(scene.boxes[:, 2:], (right, bottom)) - np.maximum(scene.boxes[:, :2], (left, top))
    scene.ignored |= np.prod(np.maximum(inside, 0), 1) < 0.6 * np.prod(scene.boxes[:, 2:] - scene.boxes[:, :2], 1)
    return result


@DATASETS.register_module()
class FaceScenes(BaseDataset):
    """Scenes of no, one or several faces. The scene of an index depends only on ``seed``, ``split`` and the index.

    An item has ``img`` ``(size, size)`` uint8 grey, ``gt_boxes`` ``(F, 4)`` and ``gt_points`` ``(F, 5, 2)`` float32, pixels,
    ``gt_ignored`` ``(F,)`` bool (True = too small or cut off too much to be required), ``img_path`` ``scene/<split>/<index>`` and
    ``sample_idx``. Backgrounds are drawn, windows of the portraits beside the face, and the two sample photographs of scikit-learn.

    Args:
        length: number of scenes.
        size: height and width, pixels.
        split: ``train``, ``val`` or ``test``: other scenes, and other drawn people.
        crops: ``dict(images=..., boxes=...)``: tight crops of faces in a folder or archive, and the file of their face boxes. None: none.
        portraits: the same for photographs of one person each, with head and shoulders. None: none.
        drawn: number of drawn persons.
        occluders: folder of RGBA cut-outs; those in its folder ``mask`` are used as masks. None: all occluders are drawn.
        sizes: minimum and maximum height of a face, pixels.
        smallest: shorter faces are ignored, pixels.
        dressed: share of the faces with a mask or another object.
        seed: determines the scenes.
        pipeline: transforms, as configs or callables.
        lazy_init: make the list of scenes on first use; the sources are read when the first scene is composed.

    Raises:
        ValueError: an invalid argument.
    """

    def __init__(
        self,
        length: int,
        size: int = 160,
        split: str = 'train',
        crops: Mapping[str, str] | None = None,
        portraits: Mapping[str, str] | None = None,
        drawn: int = 1000,
        occluders: str | None = None,
        sizes: tuple[float, float] = (9.0, 150.0),
        smallest: float = 10.0,
        dressed: float = 0.6,
        seed: int = 0,
        pipeline: Sequence[Mapping | Callable] = (),
        lazy_init: bool = False,
    ) -> None:
        if split not in SPLITS:
            raise ValueError(f'split={split!r}: expected one of {", ".join(SPLITS)}')
        if length < 1 or size < 32:
            raise ValueError(f'length={length}, size={size}: expected at least one scene of at least 32 pixels')
        if crops is None and portraits is None and drawn < 1:
            raise ValueError('no faces: give crops, portraits or a number of drawn people')
        self.length, self.size, self.split, self.seed = length, size, split, seed
        self.crop_files, self.portrait_files, self.drawn_count, self.occluders = crops, portraits, drawn, occluders
        self.sizes, self.smallest, self.dressed = sizes, smallest, dressed
        transforms = [TRANSFORMS.build(t) if isinstance(t, Mapping) else t for t in pipeline]
        super().__init__(metainfo={'classes': ('face',)}, pipeline=transforms, lazy_init=lazy_init, max_refetch=0)

    def load_data_list(self) -> list[dict[str, Any]]:
        """Names of the scenes; nothing is composed. Called by mmengine."""
        return [{'img_path': f'scene/{self.split}/{i}', 'scene': i} for i in range(self.length)]

    @cached_property
    def crops(self) -> list[Labelled]:
        """Tight crops of faces."""
        return _read(self.crop_files)

    @cached_property
    def portraits(self) -> list[Labelled]:
        """Photographs of one person each."""
        return _read(self.portrait_files)

    @cached_property
    def people(self) -> list[Labelled]:
        """Drawn people."""
        return drawn_faces(self.drawn_count, self.split, self.seed)

    @cached_property
    def worn(self) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """Masks and other objects."""
        return cutouts(self.occluders) if self.occluders else ([], [])

    @cached_property
    def photographs(self) -> list[np.ndarray]:
        """Grey pictures without faces: regions beside and below the faces of the portraits, and the samples of scikit-learn."""
        from sklearn.datasets import load_sample_images  # imported where it is needed: it takes seconds

        samples = [cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) for image in load_sample_images().images]
        beside = []
        for grey, face in self.portraits:
            left, _, right, bottom = (round(float(v)) for v in face.box)
            margin = (right - left) // 5
            for part in (grey[:, : max(0, left - margin)], grey[:, right + margin :], grey[bottom + margin :]):
                if min(part.shape) >= 40:
                    beside.append(part)
        return samples * max(1, len(beside) // 4) + beside

    def face(self, draws: Draws) -> FacePatch:
        """A face from one of the sources, mirrored in half of the draws, possibly with a mask or another object."""
        kinds = ('crop', 'exchanged', 'portrait', 'drawn')
        weights = (
            0.4 * bool(self.crops),
            0.3 * bool(self.crops and self.portraits),
            0.1 * bool(self.portraits),
            0.2 * bool(self.drawn_count),
        )
        kind = draws.pick(kinds, weights)
        if kind == 'crop':
            patch = crop_patch(draws.pick(self.crops), draws)
        elif kind == 'drawn':
            patch = portrait_patch(draws.pick(self.people), draws)
        else:
            patch = portrait_patch(draws.pick(self.portraits), draws, draws.pick(self.crops) if kind == 'exchanged' else None)
        if draws.chance(0.5):
            patch = patch.mirrored()
        dress(patch, draws, *self.worn, share=self.dressed)
        return patch

    def compose(self, index: int) -> dict[str, Any]:
        """The scene of an index; may exceed ``length``."""
        draws = Draws(self.seed, SPLITS.index(self.split), index)
        background = draw_background(self.size, draws, self.photographs)
        if draws.chance(0.35):
            scatter(background, draws, [*self.worn[0], *self.worn[1]])
        most = draws.pick((0, 1, 2, 4, 7), (0.18, 0.34, 0.18, 0.15, 0.15))
        scene = compose(background, draws, lambda _: self.face(draws), most, self.sizes, self.smallest)
        image = photograph(scene.image, draws)
        if draws.chance(0.2):
            image = framed(image, scene, draws)
        return {'img': image, 'gt_boxes': scene.boxes, 'gt_points': scene.points, 'gt_ignored': scene.ignored}

    def get_data_info(self, idx: int) -> dict[str, Any]:
        """The item, composed. Called by mmengine."""
        item = super().get_data_info(idx)
        return item | self.compose(item.pop('scene'))
