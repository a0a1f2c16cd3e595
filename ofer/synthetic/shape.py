"""The lines of a face: brows, lids, nose, lips and jaw of a person under given action units.

Coordinates: ``u`` to the image's right, ``v`` down, ``z`` towards the viewer, in half face widths; the origin is between the eyes. Lines
on the surface of the face (see :mod:`relief`) are ``(n, 2)``, other lines are ``(n, 3)``.
"""

from dataclasses import dataclass, field

import numpy as np

from .action_units import ActionUnits, mean
from .curves import cubic, pairs, smooth
from .person import Person

SIDES = np.array([-1.0, 1.0], np.float32)
"""Image left, image right; the person's right and left."""

# Half outline from the temple down to the chin (300-W points 0..8), then from the temple up to the crown: u, v, z.
_JAW = np.array(
    [(1.0, -0.02, -0.2), (0.995, 0.22, -0.17), (0.98, 0.46, -0.12), (0.935, 0.70, -0.04), (0.85, 0.93, 0.08), (0.715, 1.13, 0.22),
     (0.525, 1.30, 0.38), (0.28, 1.415, 0.5), (0.0, 1.455, 0.55)], np.float32,
)  # fmt: skip
_CROWN = np.array([(0.99, -0.3, -0.2), (0.94, -0.62, -0.17), (0.79, -0.95, -0.12), (0.46, -1.2, -0.06), (0.0, -1.29, -0.03)], np.float32)
_SQUARE = np.array([0, 0, 0.02, 0.05, 0.07, 0.07, 0.05, 0.02, 0], np.float32)
_POINTED = np.array([0, 0, 0, 0.01, 0.03, 0.06, 0.09, 0.08, 0], np.float32)
_DROPS = np.array([0, 0, 0.04, 0.15, 0.45, 0.8, 0.95, 1, 1], np.float32)
_ALONG_OUTER = np.array([-1, -0.6, -0.2, 0, 0.2, 0.6, 1], np.float32)
_ALONG_INNER = np.array([-1, -0.5, 0, 0.5, 1], np.float32)
_INSET = 0.93
"""The inner corners of the lips lie this much nearer to the middle than the outer ones."""
_OUTER_SIDE, _INNER_SIDE = (pairs(x < 0, x > 0) + 0.5 * (x == 0)[:, None] for x in (_ALONG_OUTER, _ALONG_INNER))
_SNEER = np.array([0, 0.9, 0.7, 0.5, 0.7, 0.9, 0])
_CUPID = np.array([0, 0.66, 1, 0.84, 1, 0.66, 0], np.float32)
_LOWER = np.array([0, 0.66, 0.96, 1, 0.96, 0.66, 0], np.float32)
_BROW_T = np.linspace(0, 1, 5, dtype=np.float32)
_BROW_HALF = np.array([0.75, 1.0, 0.95, 0.75, 0.2], np.float32)


@dataclass
class Shape:
    """Lines of one face, and the lengths that its relief and wrinkles depend on."""

    lines: dict[str, np.ndarray] = field(default_factory=dict)
    mouth_v: float = 0.0
    mouth_half: np.ndarray = field(default_factory=lambda: np.zeros(2, np.float32))
    corner_v: np.ndarray = field(default_factory=lambda: np.zeros(2, np.float32))
    lower_lip_v: float = 0.0
    chin_v: float = 0.0
    nose_tip_v: float = 0.0
    nose_half: float = 0.0
    brow_half: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))


def build_shape(person: Person, units: ActionUnits) -> Shape:
    """All lines of the face of a person under the action units."""
    shape = Shape()
    _outline(shape, person, units)
    _brows(shape, person, units)
    _eyes(shape, person, units)
    _nose(shape, person, units)
    _mouth(shape, person, units)
    return shape


def _outline(shape: Shape, person: Person, units: ActionUnits) -> None:
    half = _JAW.copy()
    half[:, 0] += person.jaw * _SQUARE - np.clip(-person.chin, -0.6, 1.0) * _POINTED
    half[3:, 1] *= person.length
    drop = 0.28 * mean(units.jaw) - 0.02 * mean(units.chin)
    half[:, 1] += drop * _DROPS
    half[:, 0] *= person.width
    crown = _CROWN * np.array([person.width, 1.0, 1.0], np.float32)
    mirror = np.array([-1, 1, 1], np.float32)
    # Image left temple, down to the chin, up to the right temple, over the crown and back.
    shape.lines['outline'] = np.concatenate([half * mirror, half[-2::-1], crown, crown[-2::-1] * mirror])
    shape.chin_v = float(half[-1, 1])


def _brows(shape: Shape, person: Person, units: ActionUnits) -> None:
    t = _BROW_T
    inner = person.eye_spacing - 0.5 * person.eye_width - 0.045
    knit, raised, outer = units.knit[:, None], units.inner_brow[:, None], units.outer_brow[:, None]
    a = inner + t * person.brow_length - (0.075 * knit + 0.03 * units.nose_wrinkle[:, None]) * (1 - t)
    v = -person.brow_height - person.brow_arch * np.sin(np.pi * np.clip(t * 0.85, 0, 1)) - 0.02 * t + 0.07 * t**3
    v = v - 0.155 * raised * (1 - t) ** 1.3 - 0.15 * outer * t * (1.35 - 0.5 * t)
    v = v + knit * (1 - 0.55 * np.minimum(raised, 1)) * (0.125 * (1 - t) ** 1.2 + 0.02)
    v = v + 0.06 * units.nose_wrinkle[:, None] * (1 - 0.6 * t) + 0.03 * raised * knit * t**2
    brows = np.stack([a * SIDES[:, None], v], -1).astype(np.float32)
    shape.lines['brow_left'], shape.lines['brow_right'] = smooth(5, 4) @ brows[0], smooth(5, 4) @ brows[1]
    shape.brow_half = 0.5 * person.brow_thickness * 1.5 * (smooth(5, 4) @ _BROW_HALF)


def _eyes(shape: Shape, person: Person, units: ActionUnits) -> None:
    upper_open = 1 + 0.5 * units.upper_lid - 0.34 * units.lid_tight - 0.5 * units.droop - 0.22 * units.cheek - 0.2 * units.nose_wrinkle
    lower_open = 1 + 0.1 * units.upper_lid - 0.45 * units.lid_tight - 0.6 * units.cheek - 0.3 * units.nose_wrinkle
    oblique = units.inner_brow * np.maximum(units.knit, 0.4 * units.droop)  # a raised inner brow lifts the inner lid with it
    for side, name in enumerate(('left', 'right')):
        a = person.eye_spacing + person.eye_width * (np.array([-0.5, -0.19, 0.18, 0.5], np.float32))
        corners = 0.012 + (-person.eye_tilt - 0.012) * np.array([0, 1 / 3, 2 / 3, 1], np.float32)
        up = person.eye_height * 0.62 * max(float(upper_open[side]), 0.22)
        low = person.eye_height * 0.36 * max(float(lower_open[side]), 0.2)
        lift = 0.25 * float(oblique[side])
        upper = corners - up * np.array([0, 0.9 + lift, 0.92 - lift, 0], np.float32)
        lower = corners + low * np.array([0, 0.7, 0.95, 0], np.float32)
        u = a * SIDES[side]
        shape.lines[f'lid_upper_{name}'] = cubic(13) @ pairs(u, upper)
        shape.lines[f'lid_lower_{name}'] = cubic(13) @ pairs(u, lower)
        shape.lines[f'lid_keys_{name}'] = np.concatenate([pairs(u, upper), pairs(u[1:3], lower[1:3])])
        gap = 0.035 + 0.035 * person.lid_crease + 0.02 * max(0.0, 1 - float(upper_open[side])) * 3
        crease = upper - gap * np.array([0.35, 1.0, 1.1, 0.6], np.float32)
        stretched = person.eye_spacing + (a - person.eye_spacing) * 1.1
        shape.lines[f'crease_{name}'] = cubic(13) @ pairs(stretched * SIDES[side], crease)


def _nose(shape: Shape, person: Person, units: ActionUnits) -> None:
    raised = 0.04 * mean(units.nose_wrinkle) + 0.012 * mean(units.upper_lip)
    half = person.nose_width * (1 + 0.14 * mean(units.nose_wrinkle) + 0.1 * mean(units.corner_up))
    tip = person.nose_length - raised
    base = tip + 0.075
    shape.nose_tip_v, shape.nose_half = tip, half
    bridge = np.linspace(0.03, tip - 0.02, 4)
    shape.lines['nose_bridge'] = pairs(np.zeros(4), bridge)
    shape.lines['nose_base'] = np.stack(
        [half * np.array([-0.82, -0.42, 0, 0.42, 0.82]), base + np.array([-0.015, 0.012, 0.025, 0.012, -0.015])], -1
    ).astype(np.float32)
    # Outline of the nose on the image right, top to bottom; mirrored for the left.
    a = np.array([0.11, 0.10, 0.115, 0.62 * half + 0.04, half, half * 1.04, half * 0.9, half * 0.45, 0], np.float32)
    v = np.array([-0.02, 0.18, 0.36, tip - 0.12, tip - 0.05, tip + 0.02, base, base + 0.035, base + 0.04], np.float32)
    right = pairs(a, v)
    shape.lines['nose'] = smooth(18, 3, closed=True) @ np.concatenate([right, (right * np.array([-1, 1], np.float32))[::-1]])
    angle = np.arange(10) * (2 * np.pi / 10)
    for side, name in zip(SIDES, ('left', 'right'), strict=True):
        u = side * (half * 0.44 + half * 0.26 * np.cos(angle))
        shape.lines[f'nostril_{name}'] = pairs(u, base - 0.004 - 0.022 * np.sin(angle) + 0.06 * (np.abs(u) - half * 0.44))


def _mouth(shape: Shape, person: Person, units: ActionUnits) -> None:
    up, down, dimple = units.corner_up, units.corner_down, units.dimple
    part, jaw = mean(units.part), mean(units.jaw)
    lip10, stretch, press = mean(units.upper_lip), mean(units.stretch), mean(units.press)
    pucker, chin = mean(units.pucker), mean(units.chin)
    mouth_v = person.mouth_height * (0.7 + 0.3 * person.length) - 0.015 * mean(up) - 0.02 * chin * (1 - part)
    half = person.mouth_width * (1 + 0.26 * up + 0.24 * stretch + 0.12 * dimple - 0.34 * pucker - 0.06 * jaw - 0.07 * press + 0.04 * down)
    corner = mouth_v - person.mouth_rest - 0.135 * up + 0.125 * down - 0.06 * dimple + 0.08 * jaw + 0.02 * stretch
    centre = mouth_v - 0.025 * lip10 - 0.02 * chin + 0.012 * mean(up)

    upper_gap = part * (0.02 + 0.06 * lip10 + 0.05 * mean(up) + 0.03 * stretch) + 0.04 * jaw
    lower_gap = part * (0.03 + 0.04 * mean(up) + 0.05 * stretch) + 0.40 * jaw
    upper = person.upper_lip * max(0.3, 1 - 0.6 * press - 0.22 * mean(up) - 0.15 * stretch + 0.15 * pucker)
    lower = person.lower_lip * max(0.3, 1 - 0.6 * press - 0.15 * mean(up) - 0.15 * stretch + 0.1 * pucker)
    squareness = float(np.clip(stretch + lip10 * part, 0, 1))

    outer, inner = _ALONG_OUTER, _ALONG_INNER
    outer_gap, inner_gap = (np.maximum(1 - np.abs(x) ** (2.2 + 1.6 * squareness), 0) for x in (outer, inner))
    outer_line = centre + (_OUTER_SIDE @ corner - centre) * np.abs(outer) ** 1.7
    inner_line = centre + (_INNER_SIDE @ corner - centre) * np.abs(_INSET * inner) ** 1.7
    raised = lip10 * 0.05 * (1 - outer**2)
    sneer = 0.06 * (_OUTER_SIDE @ (units.upper_lip - lip10)) * _SNEER
    top = outer_line - upper_gap * outer_gap - upper * _CUPID - raised * (1 - 0.3 * part) - sneer
    bottom = outer_line + lower_gap * outer_gap + lower * _LOWER
    u, inner_u = outer * (_OUTER_SIDE @ half), _INSET * inner * (_INNER_SIDE @ half)
    inner_top = inner_line - upper_gap * inner_gap - raised[[0, 1, 3, 5, 6]] * 0.7 * part
    inner_bottom = inner_line + lower_gap * inner_gap
    keys = {
        'lip_top': pairs(u, top), 'lip_bottom': pairs(u, bottom),
        'mouth_top': pairs(inner_u, inner_top), 'mouth_bottom': pairs(inner_u, inner_bottom),
    }  # fmt: skip
    for name, points in keys.items():
        shape.lines[name] = smooth(len(points), 4) @ points.astype(np.float32)
    shape.mouth_v, shape.mouth_half, shape.corner_v = mouth_v, half, corner
    shape.lower_lip_v = float(bottom[3])


def landmarks(points: dict[str, np.ndarray]) -> np.ndarray:
    """The 68 points in 300-W order.

    Args:
        points: the lines of :class:`Shape` in any coordinates, such as projected ones.

    Returns:
        ``(68, C)``, in the coordinates of the input.
    """
    left, right = points['lid_keys_left'], points['lid_keys_right']
    top, bottom = points['lip_top'][::4], points['lip_bottom'][::4]
    return np.concatenate(
        [
            points['outline'][:17],
            points['brow_left'][::-4], points['brow_right'][::4],
            points['nose_bridge'], points['nose_base'],
            left[[3, 2, 1, 0, 4, 5]], right[[0, 1, 2, 3, 5, 4]],
            top, bottom[5:0:-1],
            points['mouth_top'][::4], points['mouth_bottom'][12:3:-4],
        ]
    )  # fmt: skip
