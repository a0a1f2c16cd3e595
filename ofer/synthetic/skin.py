"""Skin: light on the relief, and the colours that vary over a face. Both are smooth, so a coarse raster is enough."""

from functools import lru_cache

import cv2
import numpy as np

from .draws import Draws
from .pose import PosedFace, surface_of
from .relief import bells, look_up
from .scene import Scene

SUBSURFACE = (0.82, 1.04, 1.14)
"""Exponents of light for red, green and blue: light that comes out of skin again in a shadow is red."""


def shade(face: PosedFace, scene: Scene, grid: int) -> tuple[np.ndarray, np.ndarray]:
    """Paint the skin.

    Args:
        face: the posed face.
        scene: its light.
        grid: cells a side of the raster.

    Returns:
        Skin ``(grid, grid, 3)`` uint8 RGB and light ``(grid, grid)`` float32, about 0.3 (shadow) to 1.3.
    """
    u, v, depth = surface_of(face, grid)
    cell = 1 / (grid * face.camera.scale)
    slope_x = cv2.Sobel(depth, cv2.CV_32F, 1, 0, ksize=3, scale=1 / (8 * cell), borderType=cv2.BORDER_REPLICATE)
    slope_y = cv2.Sobel(depth, cv2.CV_32F, 0, 1, ksize=3, scale=1 / (8 * cell), borderType=cv2.BORDER_REPLICATE)
    length = 1 / np.sqrt(slope_x * slope_x + slope_y * slope_y + 1)
    lx, ly, lz = scene.light
    lit = (lz - lx * slope_x - ly * slope_y) * length
    wrapped = np.clip((lit + 0.3) / 1.3, 0, 1)
    light = scene.ambient * (0.62 + 0.38 * length) + (1.10 - scene.ambient) * wrapped
    tint = _tints(face, scene, u, v)
    light *= 1 + tint[..., 3]
    hx, hy, hz = np.array([lx, ly, lz + 1]) / np.sqrt(lx * lx + ly * ly + (lz + 1) ** 2)
    glint = np.clip((hz - hx * slope_x - hy * slope_y) * length, 0, 1) ** 24 * (255 * scene.gloss)
    logarithm = np.log(np.clip(light, 0.12, 1.5))
    skin = np.empty((grid, grid, 3), np.float32)
    for channel, (base, power) in enumerate(zip(face.person.skin, SUBSURFACE, strict=True)):
        skin[..., channel] = base * np.exp(logarithm * power + tint[..., channel]) + glint
    skin *= _mottle(grid)[..., None]
    skin = np.where(skin > 200, 200 + 55 * np.tanh((skin - 200) / 55), skin)  # highlights roll off
    return np.clip(skin, 0, 255).astype(np.uint8), light


@lru_cache(maxsize=8)
def _mottle(grid: int) -> np.ndarray:
    """Skin is not of one colour: factors ``(grid, grid)`` around 1."""
    noise = Draws(11).array(grid, grid)
    mixed = noise - 0.5 + 2 * (cv2.GaussianBlur(noise, (0, 0), 1.5) - 0.5)
    return (1 + 0.045 * mixed).astype(np.float32)


def _tints(face: PosedFace, scene: Scene, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """``(grid, grid, 4)``: logarithms of what red, green and blue are multiplied by, and what is added to the light."""
    person, shape = face.person, face.shape
    tip, half, eye = shape.nose_tip_v, shape.nose_half, person.eye_spacing
    blush = 0.06 + 0.1 * person.blush
    tired = 0.05 + 0.10 * person.age
    shadowed = -np.sign(scene.light[0]) * (half + 0.07)
    side_light = abs(scene.light[0]) * (1 - scene.ambient)
    # u0, v0, su, sv; red, green, blue; shade
    spots = [
        (0, tip + 0.0, 0.2, 0.14, 0.01, -0.6 * blush, -0.5 * blush, 0),
        (0, tip + 0.12, half * 0.9, 0.05, 0, 0, 0, -0.25),
        (shadowed, tip - 0.08, 0.09, 0.2, 0, 0, 0, -0.7 * side_light),
        (0, shape.lower_lip_v + 0.045, 0.2, 0.035, 0, 0, 0, -0.13),
        (0, -0.75, 0.6, 0.25, 0.015, 0.02, 0.01, 0.03),
    ]
    for side in (0, 1):
        s = -1.0 if side == 0 else 1.0
        spots += [
            (s * 0.58, 0.45, 0.28, 0.2, 0.01, -blush, -0.8 * blush, 0),
            (s * eye, 0.155, 0.2, 0.06, -0.3 * tired, -tired, -0.7 * tired, -0.07),
            (s * (eye - 0.02), -0.13, 0.24, 0.07, -0.02, -0.08 - 0.15 * person.makeup, -0.04 - 0.05 * person.makeup, -0.10),
            (s * 0.205, -0.03, 0.08, 0.10, 0, 0, 0, -0.09),
            (s * half * 1.12, tip + 0.03, 0.045, 0.08, 0, -0.04, -0.04, -0.12),
            (s * (float(shape.mouth_half[side]) + 0.03), float(shape.corner_v[side]), 0.05, 0.05, 0, 0, 0, -0.15),
        ]
    table = np.array(spots, np.float32)
    return look_up(bells(table[:, :4], table[:, 4:]), u, v)
