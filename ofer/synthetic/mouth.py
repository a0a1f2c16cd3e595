"""Mouth: lips as a tint of the skin, and teeth, tongue and cavity of an open mouth."""

import cv2
import numpy as np

from . import brush
from .action_units import mean
from .curves import ribbon
from .eyes import light_at
from .pose import PosedFace

NEUTRAL = 200
"""Value of a tint layer that leaves the skin as it is."""
CLOSED = 0.03
"""Lips that are less apart than this show nothing of what is behind them; half face widths."""


def tint_lips(tint: np.ndarray, face: PosedFace) -> None:
    """Paint the lips into a tint layer ``(S, S, 3)`` uint8, where 200 means unchanged."""
    points = face.points
    upper = np.concatenate([points['lip_top'], points['mouth_top'][::-1]])
    lower = np.concatenate([points['mouth_bottom'], points['lip_bottom'][::-1]])
    colour = np.array(face.person.lip_tint) * NEUTRAL
    brush.fill(tint, lower, tuple((colour * 1.02).tolist()))
    bulge = 0.5 * (points['lip_bottom'][4:-4] + points['mouth_bottom'][2:-2][np.linspace(0, 12, 17).astype(int)])
    brush.lines(tint, bulge[None], tuple((colour * 1.14).tolist()), 0.03 * face.camera.scale)
    brush.fill(tint, upper, tuple((colour * 0.88).tolist()))


def mouth_gap(face: PosedFace) -> float:
    """How far the lips are apart, in half face widths."""
    points = face.points
    return float(points['mouth_bottom'][8, 1] - points['mouth_top'][8, 1]) / face.camera.scale


def paint_mouth(canvas: np.ndarray, face: PosedFace, light: np.ndarray) -> None:
    """Paint the line between the lips, or teeth, tongue and cavity, on the canvas ``(S, S, 3)`` in place."""
    size, scale = canvas.shape[0], face.camera.scale
    top, bottom = face.points['mouth_top'], face.points['mouth_bottom']
    gap = mouth_gap(face)
    dark = tuple(0.26 * c * f for c, f in zip(face.person.skin, (1.0, 0.75, 0.75), strict=True))
    middle = 0.5 * (top + bottom)
    if gap < CLOSED:
        ends = np.concatenate([face.points['lip_top'][:1], middle, face.points['lip_top'][-1:]])
        width = np.full(len(ends), 0.011 * scale, np.float32)
        width[[0, 1, -2, -1]] *= 0.7
        brush.fill_smooth(canvas, ribbon(ends, width), dark)
        return
    outline = np.concatenate([top, bottom[::-1]])
    found = brush.patch_around(canvas, outline)
    if found is None:
        return
    patch, origin = found
    level = min(max(light_at(light, outline.mean(0)), 0.45), 1.1)
    inside = np.empty_like(patch)
    inside[:] = (58 * level, 20 * level, 22 * level)
    down = face.camera.turn[:2, 1] * scale  # where "down the face" points in the image
    if gap > 0.17:
        place = bottom[4:-4] - origin
        tongue = np.concatenate([place + 0.04 * down, (place * [0.8, 1] + place.mean(0) * [0.2, 0] - 0.34 * gap * down)[::-1]])
        brush.fill_smooth(inside, tongue, (172 * level, 82 * level, 84 * level), size)
        inside = cv2.blur(inside, (3, 3))
    _teeth(inside, face, top - origin, bottom - origin, down, gap, level, size)
    mask = np.zeros(patch.shape[:2], np.uint8)
    brush.fill_smooth(mask, outline - origin, 255, size)
    brush.overlay(patch, inside, mask)
    brush.lines(canvas, top[None], dark, 0.007 * scale)


def _teeth(
    inside: np.ndarray, face: PosedFace, top: np.ndarray, bottom: np.ndarray, down: np.ndarray, gap: float, level: float, size: int
) -> None:
    units = face.units
    bared = float(np.clip(0.35 + mean(units.corner_up) + 1.3 * mean(units.upper_lip) + 0.9 * mean(units.stretch), 0, 1))
    clenched = float(np.clip(1.4 * mean(units.stretch) + 1.2 * mean(units.upper_lip) - 0.4 * mean(units.cheek), 0, 1)) * (gap > 0.07)
    rows = [(top, down, min(0.105 * bared, 0.86 * gap))]
    if clenched > 0.3:
        rows.append((bottom, -down, min(0.05 * clenched, 0.3 * gap)))
    for edge, along, length in rows:
        middle = edge.mean(0)
        u = np.linspace(-1, 1, len(edge))[:, None]
        tips = edge * [0.92, 0.35] + middle * [0.08, 0.65] + along * length * (1 - 0.25 * u * u)
        start = edge - along * 0.02
        brush.fill_smooth(inside, np.concatenate([start, tips[::-1]]), (232 * level, 225 * level, 212 * level), size)
        cuts = np.stack([start, tips], 1)[2:-2:2]
        brush.lines(inside, cuts, (205 * level, 195 * level, 182 * level), 0.002, size)
        for k in (0, -1):  # teeth lie deeper towards the corners
            brush.lines(inside, np.stack([start, tips], 1)[[k, (2, -3)[k]]], (150 * level, 130 * level, 120 * level), 0.012, size)
