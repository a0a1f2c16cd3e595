"""Wrinkles: soft dark strokes where the action units crease the skin; and the lines of every face."""

import cv2
import numpy as np

from . import brush
from .action_units import mean
from .curves import ribbon, smooth
from .draws import Draws
from .pose import PosedFace

_TAPER = np.sin(np.linspace(0.06, 1, 13) * np.pi * 0.95).astype(np.float32)

Wrinkle = tuple[list[tuple[float, float]], float, float]
"""Four points (u, v), half width in half face widths, strength 0..1."""


def wrinkles_of(face: PosedFace) -> list[Wrinkle]:
    """All wrinkles of a face that are strong enough to be seen."""
    wrinkles = [*_forehead(face)]
    for side in (0, 1):
        wrinkles += [*_around_eye(face, side), *_around_mouth(face, side)]
    wrinkles += _chin(face)
    return [one for one in wrinkles if one[2] > 0.05]


def _forehead(face: PosedFace) -> list[Wrinkle]:
    person, units = face.person, face.units
    wrinkles: list[Wrinkle] = []
    inner, outer = mean(units.inner_brow), mean(units.outer_brow)
    raised = 0.5 * (inner + outer)
    worried = min(1.0, 1.6 * inner * mean(units.knit))  # wrinkles in the middle, bent upwards
    above = -person.brow_height - 0.1 * raised - 0.14
    arch = -0.03 * min(1.0, 2 * raised) - 0.07 * worried
    for row, (reach, weight) in enumerate(((0.50, 0.85), (0.58, 1.0), (0.48, 0.7))):
        half, v = reach * (1 - 0.35 * worried), above - 0.10 * row
        strength = weight * ((0.45 + 0.4 * person.age) * max(raised, 0.8 * inner) + 0.22 * person.age - 0.03)
        wrinkles.append(([(-half, v), (-0.4 * half, v + arch), (0.4 * half, v + arch), (half, v)], 0.012, strength))
    return wrinkles


def _around_eye(face: PosedFace, side: int) -> list[Wrinkle]:
    person, units = face.person, face.units
    s = -1.0 if side == 0 else 1.0
    knit, wrinkle = float(units.knit[side]), float(units.nose_wrinkle[side])
    cheek, tight = float(units.cheek[side]), float(units.lid_tight[side])
    eye, wide = person.eye_spacing, person.eye_width
    below = [(s * (eye + along * wide), down) for along, down in ((-0.48, 0.06), (-0.2, 0.125), (0.15, 0.13), (0.44, 0.08))]
    wrinkles: list[Wrinkle] = [
        ([(s * 0.08, -0.36), (s * 0.09, -0.28), (s * 0.085, -0.2), (s * 0.06, -0.12)], 0.015, 0.7 * knit + 0.1 * person.age - 0.06),
        ([(s * 0.0, 0.02), (s * 0.07, 0.0), (s * 0.13, 0.035), (s * 0.17, 0.09)], 0.014, 0.6 * wrinkle),
        ([(s * 0.03, 0.11), (s * 0.08, 0.09), (s * 0.13, 0.125), (s * 0.165, 0.18)], 0.013, 0.65 * wrinkle),
        ([(s * 0.20, 0.10), (s * 0.26, 0.18), (s * 0.34, 0.215), (s * 0.44, 0.22)], 0.015, 0.6 * wrinkle),
        (below, 0.014, 0.2 * cheek + 0.3 * tight + 0.28 * person.age),
    ]
    crow = cheek * (0.3 + 0.6 * person.age) + 0.15 * person.age - 0.05
    edge = s * (eye + 0.5 * wide)
    for slope in (-0.09, 0.0, 0.10):
        place = [(edge + s * out, slope * rise + 0.01) for out, rise in ((0.04, 0.4), (0.09, 0.8), (0.13, 1.2), (0.17, 1.5))]
        wrinkles.append((place, 0.009, crow))
    return wrinkles


def _around_mouth(face: PosedFace, side: int) -> list[Wrinkle]:
    person, units, shape = face.person, face.units, face.shape
    s = -1.0 if side == 0 else 1.0
    smile, lip, wrinkle = float(units.corner_up[side]), float(units.upper_lip[side]), float(units.nose_wrinkle[side])
    dimple, stretch, down = float(units.dimple[side]), float(units.stretch[side]), float(units.corner_down[side])
    half, corner, tip, wing = float(shape.mouth_half[side]), float(shape.corner_v[side]), shape.nose_tip_v, shape.nose_half
    laugh = 0.62 * smile + 0.55 * lip + 0.3 * wrinkle + 0.38 * person.age + 0.1 * dimple + 0.15 * stretch - 0.02
    start = wing + 0.04
    out = half + 0.11 + 0.03 * smile
    reach = corner + 0.05 - 0.10 * min(1.0, lip)
    middle = start + 0.42 * (out - start)
    nasolabial = [(s * start, tip - 0.05), (s * middle, tip + 0.09), (s * (out - 0.015), corner - 0.12), (s * (out + 0.01), reach)]
    drawn = [(s * (half + du), corner + dv) for du, dv in ((0.0, 0.01), (0.035, 0.05), (0.055, 0.11), (0.06, 0.19))]
    return [
        (nasolabial, 0.021, min(laugh, 0.85)),
        ([(s * wing * f, tip + dv) for f, dv in ((0.75, -0.08), (1.05, -0.05), (1.09, 0.02), (0.9, 0.07))], 0.012, 0.5 + 0.2 * wrinkle),
        ([(s * (half + du), corner + dv) for du, dv in ((0.02, -0.06), (0.045, -0.02), (0.045, 0.02), (0.015, 0.05))], 0.03, 0.42 * dimple),
        (drawn, 0.014, 0.55 * down + 0.2 * stretch + 0.22 * person.age - 0.08),
    ]


def _chin(face: PosedFace) -> list[Wrinkle]:
    shape, chin = face.shape, mean(face.units.chin)
    v = shape.lower_lip_v + 0.35 * (shape.chin_v - shape.lower_lip_v)
    wrinkles: list[Wrinkle] = [([(-0.2, v + 0.035), (-0.07, v - 0.015), (0.07, v - 0.015), (0.2, v + 0.035)], 0.02, 0.2 + 0.55 * chin)]
    for u in (-0.09, 0.0, 0.09):  # the raised chin dimples
        wrinkles.append(
            ([(u - 0.03, v + 0.10), (u - 0.01, v + 0.085), (u + 0.01, v + 0.085), (u + 0.03, v + 0.10)], 0.015, 0.45 * chin - 0.08)
        )
    return wrinkles


def crease(face: PosedFace, size: int) -> np.ndarray:
    """``(size, size)`` uint8: how much light wrinkles and lines take away, 0 = none. Soft."""
    scale, half = face.camera.scale, size // 2
    wrinkles = wrinkles_of(face)
    curves = face.place(smooth(4, 4) @ np.array([points for points, _, _ in wrinkles], np.float32))
    strengths = np.array([min(strength, 1.0) for _, _, strength in wrinkles], np.float32)
    widths = np.array([width for _, width, _ in wrinkles], np.float32) * (0.6 + 0.7 * strengths) * scale
    broad = np.zeros((half, half), np.uint8)
    fine = np.zeros((size, size), np.uint8)
    outlines = ribbon(curves, _TAPER * widths[:, None])
    cores = ribbon(curves, _TAPER * (0.45 * widths[:, None]))
    brush.fill_all(broad, outlines, (135 * strengths).tolist())
    deep = strengths > 0.25
    brush.fill_all(fine, cores[deep], (75 * strengths[deep]).tolist())
    for name in ('left', 'right'):
        brush.fill_smooth(fine, ribbon(face.points[f'crease_{name}'], _TAPER * (0.011 * scale)), 100)
        brush.fill_smooth(fine, face.points[f'nostril_{name}'], 200)
        brush.lines(fine, face.points[f'lid_lower_{name}'][None] + np.array([0, 0.018 * scale]), 40, 0.01 * scale)
    philtrum = np.array([[(s * 0.035, face.shape.nose_tip_v + 0.14), (s * 0.05, face.shape.mouth_v - 0.13)] for s in (-1, 1)])
    brush.lines(broad, face.place(philtrum), 30, 0.014 * scale)
    _freckles(fine, face)
    fine = cv2.GaussianBlur(fine, (3, 3), 0) if size < 300 else cv2.GaussianBlur(fine, (5, 5), 0)
    softness = 2 * max(1, round(0.016 * scale * half)) + 1
    broad = cv2.GaussianBlur(broad, (softness, softness), 0)
    return cv2.add(cv2.resize(broad, (size, size), interpolation=cv2.INTER_LINEAR), fine)


def _freckles(layer: np.ndarray, face: PosedFace) -> None:
    person = face.person
    if person.freckles == 0:
        return
    spread = Draws(person.texture, 3).array(int(20 + 60 * person.freckles), 4)
    u = 0.75 * (spread[:, 0] - 0.5 + 0.7 * (spread[:, 1] - 0.5))
    v = 0.36 + 0.32 * (spread[:, 2] - 0.5)
    dots = face.place(np.stack([u, v], 1))
    brush.lines(layer, np.stack([dots, dots + np.array([0.001, 0], np.float32)], 1), 50, 0.004)
