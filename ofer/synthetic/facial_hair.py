"""Brows and beard."""

from functools import lru_cache

import cv2
import numpy as np

from . import brush
from .draws import Draws
from .pose import PosedFace


def paint_brows(canvas: np.ndarray, face: PosedFace, level: float) -> None:
    """Paint both brows on the canvas in place: a soft ground and hairs over it."""
    person, scale = face.person, face.camera.scale
    draws = Draws(person.texture, 1)
    colour = np.array(person.brow) * min(level, 1.0)
    size = len(canvas)
    for name, side in (('left', -1.0), ('right', 1.0)):
        line, half = face.points[f'brow_{name}'], face.shape.brow_half * scale
        polygon = face.points[f'brow_area_{name}']
        found = brush.patch_around(canvas, polygon, 4)
        if found is None:
            continue
        patch, origin = found
        mask = np.zeros(patch.shape[:2], np.uint8)
        brush.fill(mask, polygon - origin, 165, size)
        ground = np.empty_like(patch)
        ground[:] = colour
        brush.overlay(patch, ground, cv2.GaussianBlur(mask, (5, 5), 0))
        count = 34
        t = draws.array(count) ** 0.9 * 0.93
        index = (t * (len(line) - 1)).astype(int)
        root, reach = line[index], half[index][:, None]
        along = line[np.minimum(index + 1, len(line) - 1)] - line[np.maximum(index - 1, 0)]
        along /= np.sqrt((along**2).sum(1, keepdims=True)) + 1e-6
        up = np.stack([along[:, 1], -along[:, 0]], 1) * side
        lean = (0.5 + 1.2 * t)[:, None] * along
        foot = root - up * reach * (0.2 + 0.8 * draws.array(count, 1)) - 0.3 * lean * reach
        tip = root + up * reach * (0.3 + 0.8 * draws.array(count, 1)) + 0.8 * lean * reach
        hairs = np.stack([foot, tip], 1)
        brush.lines(canvas, hairs[::2], tuple(0.75 * colour), 0.003)
        brush.lines(canvas, hairs[1::2], tuple(colour), 0.003)


def beard_area(face: PosedFace) -> list[np.ndarray]:
    """Polygons ``(n, 2)`` in shares where a beard grows: cheeks and chin, and over the upper lip."""
    shape, half = face.shape, face.shape.mouth_half
    jaw = face.points['outline'][2:15]
    low = shape.lower_lip_v
    right, left = half[1] + 0.08, -half[0] - 0.08
    inner_u = [0.80, 0.62, right, 0.17, 0, -0.17, left, -0.62, -0.80]
    inner_v = [0.72, 0.93, shape.mouth_v + 0.05, low + 0.10, low + 0.09, low + 0.10, shape.mouth_v + 0.05, 0.93, 0.72]
    inner = np.array([inner_u, inner_v], np.float32).T
    above = np.array([(-0.30, shape.nose_tip_v + 0.17), (0, shape.nose_tip_v + 0.13), (0.30, shape.nose_tip_v + 0.17)], np.float32)
    return [np.concatenate([jaw, face.place(inner)]), np.concatenate([face.points['lip_top'], face.place(above)[::-1]])]


def paint_beard(canvas: np.ndarray, face: PosedFace, level: float) -> None:
    """Darken the canvas in place where a beard grows."""
    person = face.person
    if max(person.beard, person.moustache) < 0.08:
        return
    size = len(canvas)
    small = size // 2  # it is soft anyway
    mask = np.zeros((small, small), np.uint8)
    areas = beard_area(face)
    for area, strength in zip(areas, (person.beard, max(person.moustache, 0.6 * person.beard)), strict=True):
        brush.fill(mask, area, 200 * strength)
    mask = cv2.GaussianBlur(mask, (0, 0), 0.014 * small)
    top = 2 * max(0, int(min(area[:, 1].min() for area in areas) * small) - 4)
    lower = canvas[top:]
    grain = cv2.resize(_grain(person.texture % 16), (size, size), interpolation=cv2.INTER_LINEAR)[top:]
    cover = cv2.multiply(cv2.resize(mask, (size, size))[top:], grain, scale=1 / 200)
    flat = np.empty_like(lower)
    flat[:] = (np.array(person.hair) * 0.8 + np.array(person.skin) * 0.1) * min(level, 1.0)
    brush.overlay(lower, flat, cover)


@lru_cache(maxsize=16)
def _grain(number: int) -> np.ndarray:
    """Density of the hairs, ``(80, 80)`` uint8 from 128 to 255."""
    return (128 + 127 * Draws(13, number).array(80, 80)).astype(np.uint8)
