"""Eyes: eyeball behind the lids, iris, lashes, crease of the upper lid."""

import cv2
import numpy as np

from . import brush
from .curves import ribbon
from .pose import PosedFace
from .scene import Scene

IRIS_RADIUS = 0.102


def paint_eyes(canvas: np.ndarray, face: PosedFace, scene: Scene, light: np.ndarray) -> None:
    """Paint both eyes on the canvas ``(S, S, 3)`` in place; ``light`` is the light map of the skin."""
    for side, name in enumerate(('left', 'right')):
        _eyeball(canvas, face, scene, light, side, name)
        _lashes(canvas, face, name)


def iris_centre(face: PosedFace, scene: Scene, side: int) -> np.ndarray:
    """Projected centre of the iris, ``(2,)`` in shares."""
    person = face.person
    droop = float(face.units.droop[side])
    place = np.array([(-person.eye_spacing, person.eye_spacing)[side] + scene.gaze[0], -0.022 + scene.gaze[1] + 0.025 * droop], np.float32)
    return face.place(place[None])[0]


def _eyeball(canvas: np.ndarray, face: PosedFace, scene: Scene, light: np.ndarray, side: int, name: str) -> None:
    size = canvas.shape[0]
    upper, lower = face.points[f'lid_upper_{name}'], face.points[f'lid_lower_{name}']
    outline = np.concatenate([upper, lower[::-1]])
    found = brush.patch_around(canvas, outline)
    if found is None:
        return
    patch, origin = found
    centre = iris_centre(face, scene, side) - origin
    level = min(max(light_at(light, outline.mean(0)), 0.35), 1.1) ** 0.8
    radius = IRIS_RADIUS * face.camera.scale

    def tone(colour: tuple[float, float, float], factor: float = 1.0) -> tuple[float, float, float]:
        return tuple(min(255.0, c * level * factor) for c in colour)

    ball = np.empty_like(patch)
    ball[:] = tone((230, 222, 217))
    for corner in (outline[0], outline[12]):
        brush.disc(ball, corner - origin, 0.4 * radius, tone((224, 186, 176)), size)
    iris = face.person.iris
    brush.disc(ball, centre, radius, tone(iris, 0.5), size)
    brush.disc(ball, centre, 0.85 * radius, tone(iris), size)
    glow = centre - 0.28 * radius * np.array([scene.light[0], min(scene.light[1], -0.3)])
    brush.disc(ball, glow, 0.5 * radius, tone(iris, 1.4), size)
    brush.disc(ball, centre, 0.44 * radius, tone((16, 12, 12)), size)
    ball = cv2.GaussianBlur(ball, (3, 3), 0)
    shadow = np.full(patch.shape[:2], 255, np.uint8)
    below = upper + np.array([0, 0.042 * face.camera.scale])
    brush.fill(shadow, np.concatenate([upper, below[::-1]]) - origin, 150, size)
    shadow = cv2.blur(shadow, (5, 5))
    ball = cv2.multiply(ball, cv2.merge([shadow, shadow, shadow]), scale=1 / 255)
    across = min(max(1.3 * scene.light[0], -0.8), 0.8)
    brush.disc(ball, centre + 0.42 * radius * np.array([across, -0.75]), 0.21 * radius, (250, 250, 250), size)
    mask = np.zeros(patch.shape[:2], np.uint8)
    brush.fill_smooth(mask, outline - origin, 255, size)
    brush.overlay(patch, ball, mask)


def light_at(light: np.ndarray, place: np.ndarray) -> float:
    """The skin's light ``(grid, grid)`` at a place ``(2,)`` in shares."""
    column, row = (min(max(int(share * len(light)), 0), len(light) - 1) for share in place.tolist())
    return float(light[row, column])


def _lashes(canvas: np.ndarray, face: PosedFace, name: str) -> None:
    scale, person = face.camera.scale, face.person
    upper, lower = face.points[f'lid_upper_{name}'], face.points[f'lid_lower_{name}']
    dark = tuple(0.22 * c + 6 for c in person.skin)
    profile = np.array([0.35, 0.6, 0.75, 0.85, 0.95, 1, 1, 1, 1, 1, 0.95, 0.85, 0.6], np.float32)
    width = (0.012 + 0.012 * person.makeup + 0.004 * person.feminine) * scale
    brush.fill_smooth(canvas, ribbon(upper, profile * width), dark)
    rim = tuple(0.62 * c for c in person.skin)
    brush.lines(canvas, lower[None, 2:], rim, 0.006 * scale)
    if person.makeup > 0.2:
        outer = upper[[8, 9, 10, 11, 12]]
        away = (outer - upper.mean(0)) * 0.28 + np.array([0, -0.028 * scale])
        brush.lines(canvas, np.stack([outer, outer + away], 1), dark, 0.006 * scale)
