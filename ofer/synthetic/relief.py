"""The face as a surface: the depth z of every position (u, v), positive towards the viewer. Smooth, so a coarse raster represents it."""

import cv2
import numpy as np

from .action_units import ActionUnits, mean
from .person import Person
from .shape import Shape

_ACROSS = np.linspace(-1.4, 1.4, 72, dtype=np.float32)
_DOWN = np.linspace(-1.6, 1.95, 92, dtype=np.float32)


def bells(table: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Sums of bells on the raster over the face.

    Args:
        table: ``(B, 4)``: u0, v0, su, sv of ``exp(-((u - u0) / su)^2 - ((v - v0) / sv)^2)``.
        weights: ``(B, C)``.

    Returns:
        ``(92, 72, C)`` float32.
    """
    across = np.exp(-(((_ACROSS - table[:, 0:1]) / table[:, 2:3]) ** 2))
    down = np.exp(-(((_DOWN - table[:, 1:2]) / table[:, 3:4]) ** 2))
    sums = (weights.T[:, None, :] * down.T) @ across  # a bell is a product, so their sum is one of matrices
    return np.ascontiguousarray(sums.transpose(1, 2, 0))


def look_up(raster: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Values of a raster over the face at positions ``u``, ``v``, two-dimensional float32 both."""
    x = (u - _ACROSS[0]) * np.float32((len(_ACROSS) - 1) / (_ACROSS[-1] - _ACROSS[0]))
    y = (v - _DOWN[0]) * np.float32((len(_DOWN) - 1) / (_DOWN[-1] - _DOWN[0]))
    return cv2.remap(raster, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


class Relief:
    """Depth ``z`` over ``(u, v)``: a rounded head and bumps on it."""

    def __init__(self, person: Person, units: ActionUnits, shape: Shape) -> None:
        head = _head(1.04 * person.width, shape.chin_v + 0.04)
        bumps = np.array(_bumps(person, units, shape), np.float32)
        self.raster = (head + bells(bumps[:, :4], bumps[:, 4:])[..., 0]).astype(np.float32)

    def depth(self, u: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Depth ``z`` at places ``u``, ``v``, two-dimensional float32 both."""
        return look_up(self.raster, u, v)

    def depth_and_slopes(self) -> np.ndarray:
        """``(92, 72, 3)``: depth and its derivatives by ``u`` and ``v``."""
        step_u, step_v = _ACROSS[1] - _ACROSS[0], _DOWN[1] - _DOWN[0]
        slope_u = cv2.Sobel(self.raster, cv2.CV_32F, 1, 0, ksize=3, scale=float(0.125 / step_u))
        slope_v = cv2.Sobel(self.raster, cv2.CV_32F, 0, 1, ksize=3, scale=float(0.125 / step_v))
        return cv2.merge([self.raster, slope_u, slope_v])


def _head(width: float, chin_v: float) -> np.ndarray:
    """Depth of the head without its features, on the raster."""
    u, v = _ACROSS[None, :], _DOWN[:, None]
    down = np.clip((v - 0.15) / (chin_v - 0.15), 0, 1.2)
    across = (u / (width * (1 - 0.4 * down * down))) ** 2
    below = np.clip(v / chin_v, 0, 1.2) ** 4
    above = np.clip(-v / 1.5, 0, 1.2) ** 2
    inside = 1 - across * (0.5 + 0.5 * across) - 0.55 * below * below - 0.12 * below - 0.8 * above
    # Round up to the rim, and steadily on behind it.
    return 1.05 * np.where(inside > 0.12, np.sqrt(np.maximum(inside, 0.12)), 0.346 + 1.44 * (np.maximum(inside, -0.5) - 0.12)) - 0.28


def _bumps(person: Person, units: ActionUnits, shape: Shape) -> list[tuple[float, float, float, float, float]]:
    tip, half, bridge, eye = shape.nose_tip_v, shape.nose_half, person.nose_bridge, person.eye_spacing
    low = shape.lower_lip_v
    knit, wrinkle = mean(units.knit), mean(units.nose_wrinkle)
    bumps: list[tuple[float, float, float, float, float]] = [
        (0, 0.06, 0.12, 0.2, 0.05 * bridge),
        (0, tip - 0.33, 0.145, 0.22, 0.15 * bridge),
        (0, tip - 0.12, 0.15, 0.17, 0.15),
        (0, tip, 0.14, 0.105, 0.19),
        (0, -0.24, 0.16, 0.14, 0.03 + 0.05 * knit + 0.03 * wrinkle),
        (0, shape.mouth_v, 0.45, 0.26, 0.10),
        (0, shape.mouth_v - 0.06, 0.28, 0.07, 0.05),
        (0, low - 0.05, 0.22, 0.07, 0.06),
        (0, low + 0.08, 0.24, 0.07, -0.07),
        (0, shape.chin_v - 0.17, 0.22, 0.14, 0.10),
    ]
    for side in (0, 1):
        s = -1.0 if side == 0 else 1.0
        smile, cheek = float(units.corner_up[side]), float(units.cheek[side])
        apple = 0.06 + 0.09 * smile + 0.06 * cheek
        bumps += [
            (s * half * 0.78, tip + 0.0, 0.085, 0.085, 0.13),
            (s * 0.45, -0.24, 0.30, 0.11, 0.06 + 0.02 * (1 - person.feminine)),
            (s * (eye - 0.02), -0.03, 0.22, 0.14, -0.15),
            (s * 0.19, 0.03, 0.08, 0.13, -0.10),
            (s * eye, 0.0, 0.15, 0.10, 0.09),
            (s * 0.60, 0.45 - 0.08 * cheek, 0.24, 0.19, apple),
            (s * (half + 0.17), 0.80, 0.07, 0.14, -0.05 * smile - 0.04 * float(units.upper_lip[side])),
            (s * (float(shape.mouth_half[side]) + 0.05), float(shape.corner_v[side]), 0.07, 0.08, -0.03 - 0.05 * float(units.dimple[side])),
            (s * 0.90, -0.35, 0.2, 0.25, -0.05),
        ]
    return bumps
