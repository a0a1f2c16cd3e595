"""What lies behind and below the face: background, shoulders, neck and ears."""

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


def paint_body(canvas: np.ndarray, face: PosedFace, scene: Scene, level: float) -> None:
    """Paint shoulders and neck on the canvas in place."""
    person = face.person
    thick = 0.56 + 0.10 * (1 - person.feminine)
    chin = face.shape.chin_v
    body = np.array([(-thick, 1.75), (-1.2, 1.95), (-2.1, 2.25), (-2.4, 4), (2.4, 4), (2.1, 2.25), (1.2, 1.95), (thick, 1.75)], np.float32)
    neck = np.array([(-thick, 0.7), (-thick * 0.97, 1.4), (-thick * 1.12, 1.9), (0, 2.15 + 0.3 * scene.collar), (thick * 1.12, 1.9),
                     (thick * 0.97, 1.4), (thick, 0.7)], np.float32)  # fmt: skip
    placed_body = face.place(np.column_stack([body, np.full(8, -0.7)]))
    placed_neck = face.place(np.column_stack([smooth(7, 4) @ neck, np.full(25, -0.45)]))
    brush.fill_smooth(canvas, placed_body, tuple(c * level for c in scene.clothes))
    skin = np.array(person.skin) * np.array([0.84, 0.76, 0.72]) * level
    brush.fill_smooth(canvas, placed_neck, tuple(skin.tolist()))
    shadow = np.array(
        [(-thick * 1.05, 0.9), (-thick, chin - 0.15), (0, chin + 0.22), (thick, chin - 0.15), (thick * 1.05, 0.9)], np.float32
    )
    placed = face.place(np.column_stack([smooth(5, 4) @ shadow, np.full(17, -0.42)]))
    brush.fill_smooth(canvas, placed, tuple((skin * np.array([0.72, 0.66, 0.64])).tolist()))


def paint_ears(canvas: np.ndarray, face: PosedFace, scene: Scene, level: float) -> None:
    """Paint both ears on the canvas in place."""
    person = face.person
    skin = np.array(person.skin)
    for side in SIDES:
        lit = level * (1 + 0.25 * float(side) * scene.light[0])
        rim = (_EAR - [0.97, 0.1]) * person.ears + [0.97 * person.width, 0.1]
        curve = smooth(7, 4) @ (rim * np.array([side, 1])).astype(np.float32)
        middle = curve.mean(0)
        brush.fill_smooth(
            canvas, face.place(np.column_stack([curve, np.full(25, -0.34)])), tuple((skin * [0.94, 0.84, 0.8] * lit).tolist())
        )
        inner = middle + (curve - middle) * np.array([0.55, 0.62])
        brush.fill_smooth(
            canvas, face.place(np.column_stack([inner, np.full(25, -0.36)])), tuple((skin * [0.74, 0.6, 0.55] * lit).tolist())
        )
        middle_part = middle + (curve - middle) * np.array([0.3, 0.4]) + np.array([0.01 * side, 0.02])
        brush.fill_smooth(
            canvas, face.place(np.column_stack([middle_part, np.full(25, -0.36)])), tuple((skin * [0.86, 0.74, 0.7] * lit).tolist())
        )
