"""The face as a surface: how far every place (u, v) stands out towards the viewer."""

import numpy as np

from .action_units import ActionUnits
from .person import Person
from .shape import Shape


class Relief:
    """Depth ``z`` over ``(u, v)``: a rounded head and bumps on it, each the bell ``amp * exp(-((u-u0)/su)^2 - ((v-v0)/sv)^2)``."""

    def __init__(self, person: Person, units: ActionUnits, shape: Shape) -> None:
        self.width = 1.04 * person.width
        self.chin_v = shape.chin_v + 0.04
        self.bumps = np.array(_bumps(person, units, shape), np.float32)

    def base(self, u: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Depth of the head without its features."""
        down = np.clip((v - 0.15) / (self.chin_v - 0.15), 0, 1.2)
        width = self.width * (1 - 0.4 * down * down)
        across = u / width
        across *= across
        below = np.clip(v / self.chin_v, 0, 1.2)
        below *= below
        below *= below
        above = np.clip(-v / 1.5, 0, 1.2)
        rim = across * (0.5 + 0.5 * across) + 0.55 * below * below + 0.12 * below + 0.8 * above * above
        return 1.05 * np.sqrt(np.maximum(1 - rim, 0.05)) - 0.28

    def depth(self, u: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Depth ``z`` at the places ``u``, ``v`` (any shape, the same for both)."""
        return self.base(u, v) + bells(u, v, self.bumps)


def bells(u: np.ndarray, v: np.ndarray, bumps: np.ndarray) -> np.ndarray:
    """Sum of bells ``(B, 5)``: u0, v0, su, sv, height; float32 of the shape of ``u``."""
    flat_u, flat_v = u.reshape(1, -1), v.reshape(1, -1)
    falloff = (flat_u - bumps[:, 0:1]) / bumps[:, 2:3]
    falloff *= falloff
    down = (flat_v - bumps[:, 1:2]) / bumps[:, 3:4]
    down *= down
    falloff += down
    np.negative(falloff, out=falloff)
    np.exp(falloff, out=falloff)
    return (bumps[:, 4] @ falloff).reshape(u.shape)


def _bumps(person: Person, units: ActionUnits, shape: Shape) -> list[tuple[float, float, float, float, float]]:
    tip, half, bridge, eye = shape.nose_tip_v, shape.nose_half, person.nose_bridge, person.eye_spacing
    low = shape.lower_lip_v
    knit, wrinkle = float(units.knit.mean()), float(units.nose_wrinkle.mean())
    bumps = [
        (0, 0.06, 0.11, 0.24, 0.10 * bridge),
        (0, tip - 0.33, 0.12, 0.22, 0.17 * bridge),
        (0, tip - 0.12, 0.13, 0.17, 0.17),
        (0, tip, 0.125, 0.10, 0.20),
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
