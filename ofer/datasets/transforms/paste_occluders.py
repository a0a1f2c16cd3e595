"""Real objects pasted over faces."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import cv2
import numpy as np
from mmcv.transforms import BaseTransform

from ofer.datasets.transforms.image_draws import image_draws
from ofer.datasets.transforms.mark_occlusion import mark_occlusion
from ofer.files.archive import list_images, read_bytes
from ofer.registry import TRANSFORMS


@lru_cache(maxsize=512)
def load_cutout(path: str) -> np.ndarray:
    """An RGBA picture, cropped to its visible part.

    Returns:
        ``(h, w, 4)`` float32: red, green, blue in [0, 255] times alpha, and alpha in [0, 1].

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is damaged or has no transparency.
    """
    content = np.frombuffer(read_bytes(path), np.uint8)
    img = cv2.imdecode(content, cv2.IMREAD_UNCHANGED) if content.size else None
    if img is None or img.ndim != 3 or img.shape[2] != 4 or not img[..., 3].any():
        raise ValueError(f'{path}: expected a readable picture with transparency (RGBA). Replace it, or take it out of the folder.')
    rows, columns = np.flatnonzero(img[..., 3].any(1)), np.flatnonzero(img[..., 3].any(0))
    img = img[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    rgba = cv2.cvtColor(img, cv2.COLOR_BGRA2RGBA).astype(np.float32)
    rgba[..., 3] /= 255
    rgba[..., :3] *= rgba[..., 3:]
    return rgba


def paste(
    img: np.ndarray, cutout: np.ndarray, center: tuple[float, float], width: float, angle: float, light: float
) -> tuple[np.ndarray, np.ndarray]:
    """Paste a cut-out over an image.

    Args:
        img: ``(H, W, 3)`` uint8 RGB.
        cutout: ``(h, w, 4)`` from :func:`load_cutout`.
        center: x and y of the cut-out's centre, pixels.
        width: length of the cut-out's longer side, pixels.
        angle: anticlockwise rotation, degrees.
        light: factor on the cut-out's colours.

    Returns:
        The new image, and ``(H, W)`` bool, True where the cut-out covers more than half.
    """
    height, columns = img.shape[:2]
    scale = max(width, 1) / max(cutout.shape[:2])
    size = max(round(cutout.shape[1] * scale), 1), max(round(cutout.shape[0] * scale), 1)
    small = cv2.resize(cutout, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    turn = cv2.getRotationMatrix2D(((size[0] - 1) / 2, (size[1] - 1) / 2), angle, 1)
    turn[:, 2] += np.array(center) - ((size[0] - 1) / 2, (size[1] - 1) / 2)
    layer = cv2.warpAffine(small, turn, (columns, height), flags=cv2.INTER_LINEAR)
    alpha = layer[..., 3:]
    mixed = img * (1 - alpha) + layer[..., :3] * light
    return np.clip(mixed + 0.5, 0, 255).astype(np.uint8), alpha[..., 0] > 0.5


@dataclass(frozen=True)
class Placement:
    """A cut-out with its place, scale, angle and light."""

    file: str
    """Name in the folder, with ``/``."""
    x: float
    """Of the centre, share of the image's width."""
    y: float
    """Of the centre, share of the image's height."""
    scale: float
    """Longer side, share of the image's shorter side."""
    angle: float
    """Anticlockwise turn, degrees."""
    light: float
    """Factor on the colours."""


@TRANSFORMS.register_module()
class PasteOccluders(BaseTransform):
    """Paste cut-outs from a folder over the image and mark them in ``gt_occlusion`` ``(H, W)`` bool, True = occluded.

    ``gt_parsing``, if it exists, becomes background under them: an occluder is not part of the face. A cut-out keeps its colour on a grey
    image; ``RandomGrayscale`` after it, with ``channel_weights=(1, 2, 1)``, removes this difference and does not change grey pixels.

    Args:
        folder: of RGBA pictures, also in subfolders. With a seed, the choice depends on the files in it, so do not change them.
        prob: share of the images with cut-outs.
        number: minimum and maximum number of cut-outs for each image.
        scale: range of the cut-out's longer side as share of the image's shorter side.
        x, y: ranges of the cut-out's centre as shares of the image's width and height.
        rotation: range of the rotation, degrees.
        light: range of the factor on the cut-out's brightness.
        seed: None: different draws each time, from the generator of torch, which every worker has of its own. A number: the result
            depends only on it and ``sample_idx``, for testing.

    Raises:
        FileNotFoundError: the folder is missing or has no pictures.
        ValueError: a range is empty.
    """

    DENSE_LABELS = ('gt_occlusion', 'gt_image')

    def __init__(
        self,
        folder: str,
        prob: float = 1.0,
        number: tuple[int, int] = (1, 1),
        scale: tuple[float, float] = (0.3, 0.6),
        x: tuple[float, float] = (0.1, 0.9),
        y: tuple[float, float] = (0.1, 0.9),
        rotation: tuple[float, float] = (-30.0, 30.0),
        light: tuple[float, float] = (0.6, 1.1),
        seed: int | None = None,
    ) -> None:
        for name, (low, high) in {'number': number, 'scale': scale, 'x': x, 'y': y, 'rotation': rotation, 'light': light}.items():
            if low > high:
                raise ValueError(f'{name}={(low, high)}: the first of a range must not be above the second')
        self.folder = folder
        self.prob, self.number, self.seed = prob, number, seed
        self.scale, self.x, self.y, self.rotation, self.light = scale, x, y, rotation, light

    @cached_property
    def names(self) -> list[str]:
        """Names of the cut-outs; listed on first use, so that a config can be built without them."""
        names = list_images(self.folder) if os.path.isdir(self.folder) else []
        if not names:
            raise FileNotFoundError(f'{self.folder}: no pictures of occluders there. Give a folder of PNG files with transparency.')
        return names

    def placements(self, results: dict) -> list[Placement]:
        """Draw the cut-outs for an image; with a seed always the same for the same ``sample_idx``."""
        draws = image_draws(self.seed, results, 'PasteOccluders')
        if not draws.chance(self.prob):
            return []
        ranges = (self.x, self.y, self.scale, self.rotation, self.light)
        return [
            Placement(draws.pick(self.names), *(draws.uniform(*limits) for limits in ranges))
            for _ in range(draws.pick(range(self.number[0], self.number[1] + 1)))
        ]

    def apply(self, img: np.ndarray, placements: Sequence[Placement]) -> tuple[np.ndarray, np.ndarray]:
        """Paste cut-outs one after another.

        Args:
            img: ``(H, W, 3)`` uint8 RGB.
            placements: from :meth:`placements`.

        Returns:
            The new image, and ``(H, W)`` bool, True where a cut-out covers more than half.
        """
        height, width = img.shape[:2]
        occlusion = np.zeros((height, width), dtype=bool)
        for p in placements:
            cutout = load_cutout(os.path.join(self.folder, p.file))
            img, covered = paste(img, cutout, (p.x * width, p.y * height), p.scale * min(height, width), p.angle, p.light)
            occlusion |= covered
        return img, occlusion

    def transform(self, results: dict) -> dict:
        return mark_occlusion(results, *self.apply(results['img'], self.placements(results)))

    def __repr__(self) -> str:
        return f'PasteOccluders({self.folder}, prob={self.prob}, number={self.number}, scale={self.scale}, seed={self.seed})'
