"""Folds and wrinkles: dark soft strokes where the action units crease the skin."""

import cv2
import numpy as np

from . import brush
from .curves import ribbon, smooth
from .pose import PosedFace
from .shape import SIDES

_TAPER = np.sin(np.linspace(0.12, 1, 13) * np.pi * 0.93).astype(np.float32)

Fold = tuple[np.ndarray, float, float]
"""Points ``(4, 2)`` on the face, half width in half face widths, strength 0..1."""


def folds_of(face: PosedFace) -> list[Fold]:
    """All folds of a face that are strong enough to be seen."""
    folds = [*_upper_folds(face), *_lower_folds(face)]
    return [(np.asarray(points, np.float32), width, min(strength, 1.0)) for points, width, strength in folds if strength > 0.06]


def _upper_folds(face: PosedFace) -> list[Fold]:
    person, units = face.person, face.units
    folds: list[Fold] = []
    raised = float(0.5 * units.inner_brow.mean() + 0.5 * units.outer_brow.mean())
    worried = float((units.inner_brow * units.knit).mean())
    brow = -person.brow_height - 0.1 * raised
    for row, (reach, weight) in enumerate(((0.5, 0.8), (0.58, 1.0), (0.5, 0.7))):
        strength = weight * (0.75 * raised + 0.22 * person.age - 0.02)
        bend = 0.05 * worried * 2  # a worried forehead wrinkles in its middle and upwards
        reach *= 1 - 0.35 * min(1.0, worried * 1.5)
        v = brow - 0.15 - 0.1 * row
        arch = -0.035 if raised > 0.3 else 0.0
        u = np.array([-1, -0.4, 0.4, 1]) * reach
        folds.append((np.stack([u, v + np.array([0, arch - bend, arch - bend, 0])], 1), 0.011, strength))
    knit = float(units.knit.mean())
    tip = face.shape.nose_tip_v
    for side, s in enumerate(SIDES):
        strong = float(units.knit[side])
        u = s * np.array([0.075, 0.085, 0.08, 0.06])
        v = np.array([-0.36, -0.27, -0.18, -0.10]) + 0.02 * knit
        folds.append((np.stack([u, v], 1), 0.013, 0.85 * strong + 0.1 * person.age - 0.05))
        wrinkle = float(units.nose_wrinkle[side])
        for row in range(3):
            v = np.array([0.02, 0.0, 0.05, 0.10]) + 0.075 * row
            u = s * np.array([0.02, 0.075, 0.125, 0.17])
            folds.append((np.stack([u, v + 0.02], 1), 0.012, 0.8 * wrinkle))
        crow = float(units.cheek[side]) * (0.35 + 0.6 * person.age) + 0.18 * person.age - 0.05
        edge = person.eye_spacing + 0.5 * person.eye_width
        for slope in (-0.08, 0.0, 0.09):
            u = s * (edge + np.array([0.04, 0.09, 0.13, 0.17]))
            folds.append((np.stack([u, slope * np.array([0.4, 0.8, 1.2, 1.5]) + 0.01], 1), 0.008, crow))
        bag = 0.28 * float(units.cheek[side]) + 0.35 * float(units.lid_tight[side]) + 0.3 * person.age
        u = s * (person.eye_spacing + person.eye_width * np.array([-0.48, -0.2, 0.15, 0.42]))
        folds.append((np.stack([u, np.array([0.06, 0.125, 0.125, 0.075])], 1), 0.012, 0.75 * bag))
        scrunch = float(units.nose_wrinkle[side])
        u = s * np.array([0.20, 0.26, 0.33, 0.42])
        folds.append((np.stack([u, np.array([0.10, 0.17, 0.20, 0.21])], 1), 0.013, 0.7 * scrunch))
        folds.append((np.stack([s * (face.shape.nose_half * np.array([0.75, 1.04, 1.08, 0.88])),
                                tip + np.array([-0.075, -0.045, 0.02, 0.07])], 1), 0.011, 0.5 + 0.3 * scrunch))  # fmt: skip
    return folds


def _lower_folds(face: PosedFace) -> list[Fold]:
    person, units, shape = face.person, face.units, face.shape
    folds: list[Fold] = []
    for side, s in enumerate(SIDES):
        smile, lip = float(units.corner_up[side]), float(units.upper_lip[side])
        half, corner = float(shape.mouth_half[side]), float(shape.corner_v[side])
        strength = 0.75 * smile + 0.75 * lip + 0.5 * float(units.nose_wrinkle[side]) + 0.42 * person.age - 0.02
        strength += 0.3 * float(units.dimple[side]) + 0.2 * float(units.stretch[side])
        start = shape.nose_half + 0.035
        u = s * np.array([start, start + 0.10 + 0.05 * lip, half + 0.10, half + 0.115 + 0.02 * smile])
        v = np.array([shape.nose_tip_v - 0.06, shape.nose_tip_v + 0.07, corner - 0.10, corner + 0.05])
        folds.append((np.stack([u, v], 1), 0.016, strength))
        dimple = float(units.dimple[side])
        u = s * (half + np.array([0.025, 0.055, 0.055, 0.02]))
        folds.append((np.stack([u, corner + np.array([-0.08, -0.03, 0.03, 0.075])], 1), 0.016, 0.9 * dimple))
        down = float(units.corner_down[side]) + 0.35 * float(units.stretch[side])
        u = s * (half + np.array([0.0, 0.035, 0.055, 0.06]))
        folds.append((np.stack([u, corner + np.array([0.0, 0.05, 0.11, 0.19])], 1), 0.013, 0.65 * down + 0.25 * person.age - 0.1))
    chin = float(units.chin.mean())
    low, end = shape.lower_lip_v, shape.chin_v
    v = low + 0.35 * (end - low)
    folds.append((np.array([(-0.2, v + 0.035), (-0.07, v - 0.015), (0.07, v - 0.015), (0.2, v + 0.035)]), 0.016, 0.25 + 0.6 * chin))
    for u in (-0.09, 0.0, 0.09):  # the raised chin dimples
        place = np.array([(u - 0.03, v + 0.10), (u - 0.01, v + 0.085), (u + 0.01, v + 0.085), (u + 0.03, v + 0.1)])
        folds.append((place, 0.012, 0.55 * chin - 0.1))
    return folds


def crease(face: PosedFace, size: int) -> np.ndarray:
    """``(size, size)`` uint8: how much light the folds take away, 0 = none. Soft."""
    layer = np.zeros((size, size), np.uint8)
    scale = face.camera.scale
    folds = folds_of(face)
    curves = smooth(4, 4) @ np.stack([points for points, _, _ in folds])
    for line, (_, width, strength) in zip(face.place(curves), folds, strict=True):
        brush.fill_smooth(layer, ribbon(line, _TAPER * (width * (0.6 + 0.6 * strength) * scale)), 150 * strength)
    for name in ('left', 'right'):
        lid = face.points[f'crease_{name}']
        brush.fill_smooth(layer, ribbon(lid, _TAPER * (0.011 * scale)), 105)
        brush.fill_smooth(layer, face.points[f'nostril_{name}'], 215)
        low = face.points[f'lid_lower_{name}']
        brush.lines(layer, low[None] + np.array([0, 0.018 * scale]), 45, 0.01 * scale)
    philtrum = np.array([[(s * 0.035, face.shape.nose_tip_v + 0.14), (s * 0.05, face.shape.mouth_v - 0.13)] for s in (-1, 1)])
    brush.lines(layer, face.place(philtrum), 30, 0.012 * scale)
    softness = 2 * max(1, round(0.012 * scale * size)) + 1
    return cv2.GaussianBlur(layer, (softness, softness), 0)
