"""Background, shoulders, neck and ears: everything behind and below the face."""

import cv2
import numpy as np

from . import brush
from .curves import smooth
from .draws import Draws
from .pose import PosedFace
from .scene import Scene
from .shape import SIDES

_EAR = np.array([(0.97, -0.06), (1.06, -0.16), (1.15, -0.12), (1.17, 0.05), (1.12, 0.24), (1.05, 0.37), (0.98, 0.36)], np.float32)


def paint_background(scene: Scene, size: int) -> np.ndarray:
    """``(size, size, 3)`` uint8 RGB, out of focus."""
    draws = Draws(scene.background_texture)
    coarse = 48
    colours = np.array(scene.background_colours, np.float32)
    small = np.empty((coarse, coarse, 3), np.uint8)
    small[:] = colours[0]
    if scene.background == 'gradient':
        ramp = np.linspace(0, 1, coarse, dtype=np.float32)
        lean = draws.unit()
        mixed = np.clip(lean * ramp[:, None] + (1 - lean) * ramp[None, :], 0, 1)[..., None]
        small = (colours[0] * (1 - mixed) + colours[1] * mixed).astype(np.uint8)
    elif scene.background == 'blobs':
        for k in range(14):
            brush.disc(small, np.array([draws.unit(), draws.unit()]), draws.uniform(0.04, 0.2), tuple(colours[1 + k % 3].tolist()))
    elif scene.background == 'panes':
        for k in range(7):
            x, y = draws.unit(), draws.unit()
            w, h = draws.uniform(0.05, 0.4), draws.uniform(0.1, 0.6)
            corners = np.array([(x, y), (x + w, y), (x + w, y + h), (x, y + h)]) - [0.2, 0.3]
            brush.fill(small, corners, tuple(colours[1 + k % 3].tolist()))
    elif scene.background == 'horizon':
        v = draws.uniform(0.3, 0.7)
        brush.fill(small, np.array([(0, v), (1, v + draws.bell(0.05)), (1, 1.1), (0, 1.1)]), tuple(colours[1].tolist()))
    small = cv2.GaussianBlur(small, (0, 0), draws.uniform(0.8, 3.5))
    return cv2.resize(small, (size, size), interpolation=cv2.INTER_LINEAR)


def paint_body(canvas: np.ndarray, face: PosedFace, scene: Scene, level: float) -> list[np.ndarray]:
    """Paint shoulders, neck and ears on the canvas in place.

    Returns:
        The painted areas: polygons ``(n, 2)`` in shares.
    """
    person, chin = face.person, face.shape.chin_v
    thick = 0.56 + 0.10 * (1 - person.feminine)
    body = np.array([(-thick, 1.75), (-1.2, 1.95), (-2.1, 2.25), (-2.4, 4), (2.4, 4), (2.1, 2.25), (1.2, 1.95), (thick, 1.75)], np.float32)
    placed_body = face.place(body, depth=-0.7)
    brush.fill_smooth(canvas, placed_body, tuple(c * level for c in scene.clothes))
    skin = np.array(person.skin) * np.array([0.84, 0.76, 0.72]) * level
    collar = 2.15 + 0.3 * scene.collar
    across = np.array([-1.0, -0.86, -0.6, 0.6, 0.86, 1.0])
    for inset, shade in ((0, 0.82), (1, 0.92), (2, 1.0)):  # a neck is round
        left, right = thick * across[inset], thick * across[-1 - inset]
        neck = [(left, 0.7), (left * 0.97, 1.4), (left * 1.12, 1.9), (0, collar), (right * 1.12, 1.9), (right * 0.97, 1.4), (right, 0.7)]
        placed = face.place(smooth(7, 4) @ np.array(neck, np.float32), depth=-0.45)
        brush.fill_smooth(canvas, placed, tuple((skin * shade).tolist()))
        if inset == 0:
            placed_neck = placed
    for drop, shade in ((0.22, 0.80), (0.12, 0.68)):  # the chin's shadow
        below = [(-thick * 1.02, 0.9), (-thick, chin - 0.15), (0, chin + drop), (thick, chin - 0.15), (thick * 1.02, 0.9)]
        placed = face.place(smooth(5, 4) @ np.array(below, np.float32), depth=-0.42)
        brush.fill_smooth(canvas, placed, tuple((skin * shade * np.array([1, 0.94, 0.92])).tolist()))
    ears = [_paint_ear(canvas, face, scene, level, float(side)) for side in SIDES]
    return [placed_body, placed_neck, *ears]


def _paint_ear(canvas: np.ndarray, face: PosedFace, scene: Scene, level: float, side: float) -> np.ndarray:
    person = face.person
    lit = np.array(person.skin) * level * (1 + 0.25 * side * scene.light[0])
    rim = (_EAR - np.array([0.97, 0.1], np.float32)) * person.ears + np.array([0.97 * person.width, 0.1], np.float32)
    curve = smooth(7, 4) @ (rim * np.array([side, 1], np.float32))
    middle = curve.mean(0)
    hollow = middle + (curve - middle) * np.array([0.55, 0.62], np.float32)
    lobe = middle + (curve - middle) * np.array([0.3, 0.4], np.float32) + np.array([0.01 * side, 0.02], np.float32)
    placed = face.place(np.stack([curve, hollow, lobe]), depth=-0.34)
    for polygon, tone in zip(placed, ([0.94, 0.84, 0.8], [0.74, 0.6, 0.55], [0.86, 0.74, 0.7]), strict=True):
        brush.fill_smooth(canvas, polygon, tuple((lit * tone).tolist()))
    return placed[0]
