"""Hair of the head: its texture. Strands run from the crown outwards, so their texture is noise in polar coordinates."""

from functools import cache

import cv2
import numpy as np

from . import brush
from .draws import Draws
from .hair import Hair
from .pose import PosedFace
from .scene import Scene

_ANGLES, _RADII = 640, 96
_KINDS = {'afro': 'frizz', 'curly': 'curl', 'buzz': 'frizz', 'long': 'wave', 'bob': 'straight'}


@cache
def _tile(kind: str) -> np.ndarray:
    """Texture ``(angles, radii)`` uint8 with mean about 128: streaks along the radius, or curls."""
    noise = Draws(7).array(_ANGLES, _RADII)
    if kind == 'frizz':
        tile = cv2.GaussianBlur(noise, (3, 5), 0)
    else:
        fine, broad = cv2.GaussianBlur(noise, (0, 0), 9, sigmaY=0.8), cv2.GaussianBlur(noise, (0, 0), 12, sigmaY=5)
        tile = (fine - fine.mean()) / fine.std() + 0.9 * (broad - broad.mean()) / broad.std()
    bend = {'wave': (6.0, 0.16), 'curl': (9.0, 0.55)}.get(kind)
    if bend is not None:
        rows = (np.arange(_ANGLES)[:, None] + bend[0] * np.sin(np.arange(_RADII) * bend[1])[None]).round().astype(int) % _ANGLES
        tile = np.take_along_axis(tile, rows, 0)
    tile = (tile - tile.mean()) / tile.std()
    return np.clip(128 + 30 * tile, 0, 255).astype(np.uint8)


def strand_map(face: PosedFace, hair: Hair, size: int) -> np.ndarray:
    """``(size, size)`` uint8, mean about 128: brightness of the strands."""
    tile = np.roll(_tile(_KINDS.get(face.person.hair_style, 'straight')), face.person.texture % _ANGLES, 0)
    centre = (float(hair.crown[0] * size), float(hair.crown[1] * size))
    # Without the second flag OpenCV leaves pixels farther out uninitialised.
    flags = cv2.WARP_INVERSE_MAP | cv2.WARP_FILL_OUTLIERS | cv2.INTER_LINEAR
    return cv2.warpPolar(tile, (size, size), centre, 1.5 * size, flags)


def hair_picture(face: PosedFace, hair: Hair, scene: Scene, strands: np.ndarray) -> np.ndarray:
    """Hair all over the image, ``(S, S, 3)`` uint8 RGB, to be cut out with masks."""
    size, grid = len(strands), 32
    middle = face.place(np.array([[0.0, -0.15, -0.2]], np.float32))[0]
    ticks = (np.arange(grid, dtype=np.float32) + 0.5) / grid
    reach = 1.75 * face.camera.scale
    x, y = (ticks[None, :] - middle[0]) / reach, (ticks[:, None] - middle[1]) / reach
    z = np.sqrt(np.clip(1 - x * x - y * y, 0.02, 1))
    lx, ly, lz = scene.light
    lit = np.clip(0.25 + 0.75 * (lx * x + ly * y + lz * z), 0, 1)
    radius = np.hypot(x - lx * 0.25, y + 0.75 - 0.2 * ly)
    sheen = np.exp(-(((radius - 0.33) / 0.12) ** 2)) * lit
    light = scene.ambient * 0.75 + (1.05 - scene.ambient) * lit
    base = np.array(face.person.hair, np.float32)
    small = base * light[..., None] + (0.22 * base + 14) * sheen[..., None]
    picture = cv2.resize(np.clip(small, 0, 255).astype(np.uint8), (size, size), interpolation=cv2.INTER_LINEAR)
    return cv2.multiply(picture, cv2.merge([strands] * 3), scale=1 / 128)


def cut_out(polygons: list[np.ndarray], strands: np.ndarray, density: float) -> np.ndarray:
    """Cover ``(S, S)`` uint8 of hair polygons, with strands that stick out at the edges."""
    size = len(strands)
    mask = np.zeros((size, size), np.uint8)
    for polygon in polygons:
        brush.fill(mask, polygon, 255)
    soft = 2 * max(1, round(0.011 * size)) + 1
    mask = cv2.blur(mask, (soft, soft))
    # An edge pixel is hair where it is deep enough in the polygon for its strand.
    ragged = cv2.addWeighted(mask, 3.2, strands, 1.5, -400)
    ragged = cv2.min(ragged, cv2.convertScaleAbs(mask, alpha=8))
    return ragged if density >= 1 else cv2.convertScaleAbs(ragged, alpha=density)
