"""Hair of the head: its outline."""

from dataclasses import dataclass

import numpy as np

from .curves import pairs, smooth
from .draws import Draws
from .pose import PosedFace

# Half hairline from the temple to the middle of the forehead, and half contour from the temple over the top: u, v.
_HAIRLINE = np.array([(0.985, 0.06), (0.96, -0.12), (0.925, -0.38), (0.80, -0.63), (0.48, -0.79), (0.0, -0.84)], np.float32)
_CONTOUR = np.array([(1.0, 0.06), (1.025, -0.12), (1.02, -0.45), (0.93, -0.82), (0.70, -1.12), (0.36, -1.27), (0.0, -1.31)], np.float32)
_GROWTH = np.array([(0.0, 0.0), (0.35, -0.1), (0.75, -0.3), (0.8, -0.6), (0.6, -0.9), (0.35, -1.05), (0.0, -1.1)], np.float32)
_MIRROR = np.array([-1, 1], np.float32)

# Hair that falls beside the face: v, inner and outer half width.
_CURTAIN = np.array(
    [(-0.70, 0.83, 1.00), (-0.35, 0.94, 1.05), (0.1, 0.965, 1.08), (0.55, 0.95, 1.10), (0.95, 0.88, 1.10), (1.4, 0.80, 1.07),
     (1.9, 0.83, 1.03), (2.5, 0.9, 1.0)], np.float32,
)  # fmt: skip
VOLUMES = {'buzz': 0.02, 'receding': 0.05, 'afro': 0.40, 'curly': 0.20}
"""Thickness of the hair where the style fixes it, in half face widths."""
LENGTHS = {'long': (1.9, 2.5), 'bob': (1.0, 1.35), 'curly': (0.9, 1.7)}


@dataclass
class Hair:
    """Hair as polygons ``(n, 2)``, in shares of the image."""

    behind: list[np.ndarray]
    """Behind the head."""
    front: list[np.ndarray]
    """Before the face."""
    crown: np.ndarray
    """Where the strands come from, ``(2,)``."""


def arrange_hair(face: PosedFace) -> Hair:
    """Lay out the person's hair."""
    person, draws = face.person, Draws(face.person.texture)
    style = person.hair_style
    crown = face.place(np.array([[0.6 * person.parting, -1.62, -0.4]], np.float32))[0]
    hair = Hair([], [], crown)
    if style == 'bald':
        return hair
    over = face.place(_contour(face, draws), depth=-0.12)
    hair.front.append(np.concatenate([over, face.place(_hairline(face, draws), lift=0.03)[::-1]]))
    if style in LENGTHS and (style != 'curly' or person.feminine > 0.5):
        _curtains(face, hair, draws)
    if style == 'bun':
        angle = np.arange(16) * (2 * np.pi / 16)
        ball = pairs(0.34 * np.cos(angle), -1.5 + 0.27 * np.sin(angle))
        hair.behind.append(face.place(ball, depth=-0.5))
    return hair


def _both(half: np.ndarray) -> np.ndarray:
    """A half line, temple to middle, made whole: from image left over the middle to image right."""
    return np.concatenate([half * _MIRROR, half[-2::-1]])


def _contour(face: PosedFace, draws: Draws) -> np.ndarray:
    """Outer edge of the hair from temple to temple, ``(n, 2)`` in the face's coordinates."""
    person, style = face.person, face.person.hair_style
    volume = VOLUMES.get(style, person.hair_volume * (0.6 if style == 'short' else 1.0))
    whole = _both((_CONTOUR * np.array([person.width, 1], np.float32) + volume * _GROWTH).astype(np.float32))
    if style in ('parted', 'swept', 'long', 'bob'):  # higher on the side that the hair is combed to
        whole[:, 1] -= 0.35 * volume * np.sin(np.pi * np.linspace(0, 1, 13)) * (1 - np.sign(person.parting) * np.linspace(-1, 1, 13))
    contour = smooth(13, 5) @ whole
    t = np.linspace(0, 1, len(contour), dtype=np.float32)
    waves = {'afro': 0.022, 'curly': 0.03, 'buzz': 0.0}.get(style, 0.006)
    ripple = waves * (np.sin(t * 60 + 6 * draws.unit()) + 0.6 * np.sin(t * 97 + 6 * draws.unit()))
    return contour * (1 + ripple * np.sin(np.pi * t))[:, None]


def _hairline(face: PosedFace, draws: Draws) -> np.ndarray:
    """Lower edge of the hair from temple to temple, ``(n, 2)`` on the face."""
    person, style = face.person, face.person.hair_style
    half = _HAIRLINE * np.array([person.width, 1], np.float32)
    half[3:, 1] -= person.hairline
    line = _both(half)
    across, beside = line[:, 0], np.abs(line[:, 0])
    if style == 'receding':
        line[:, 1] -= 0.26 * np.exp(-(((beside - 0.5) / 0.3) ** 2)) + 0.08 * np.exp(-((across / 0.4) ** 2))
    elif style == 'fringe':
        line[:, 1] += np.clip(1 - (beside / 0.95) ** 4, 0, 1) * draws.uniform(0.30, 0.46) + 0.04 * across * np.sign(person.parting)
    elif style in ('parted', 'long', 'bob'):
        line[:, 1] += 0.22 * np.clip(np.abs(across - person.parting) - 0.2, 0, 0.5) * (beside < 0.95)
        line[:, 1] -= 0.10 * np.exp(-(((across - person.parting) / 0.13) ** 2))
    elif style == 'swept':
        line[:, 1] += 0.15 * np.exp(-(((across - person.parting) / 0.35) ** 2)) - 0.05
    curve = smooth(11, 6) @ line
    t = np.linspace(0, 1, len(curve), dtype=np.float32)
    ragged = {'afro': 0.012, 'curly': 0.03, 'fringe': 0.022, 'buzz': 0.0}.get(style, 0.008)
    curve[:, 1] += ragged * (np.sin(t * 71 + 6 * draws.unit()) + np.sin(t * 43 + 6 * draws.unit())) * np.sin(np.pi * t)
    return curve


def _curtains(face: PosedFace, hair: Hair, draws: Draws) -> None:
    """Add hair that falls beside the face."""
    person, style = face.person, face.person.hair_style
    end = draws.uniform(*LENGTHS[style])
    spread = 0.7 * person.hair_volume + {'long': 0.0, 'bob': 0.05, 'curly': 0.16}[style]
    keys = _CURTAIN.copy()
    keys[:, 0] = -0.70 + (keys[:, 0] + 0.70) * (end + 0.70) / 3.2
    keys[:, 2] += spread * np.array([0.55, 0.8, 1.0, 1.2, 1.35, 1.35, 1.2, 0.9], np.float32)
    if style == 'bob':
        keys[:, 1] = [0.83, 0.93, 0.95, 0.955, 0.94, 0.90, 0.85, 0.80]
    keys[:, 1:] *= person.width
    sheet = smooth(8, 4) @ keys
    if style == 'curly':
        sheet[:, 2] += 0.035 * np.sin(sheet[:, 0] * 17)
        sheet[:, 1] += 0.02 * np.sin(sheet[:, 0] * 23)
    outer = sheet[:, [2, 0]]
    hair.behind.append(face.place(np.concatenate([outer * _MIRROR, outer[::-1]]), depth=-0.45))
    tucked = draws.pick((-1.0, 1.0)) if draws.chance(0.3) else 0.0  # behind one ear
    for side in (-1.0, 1.0):
        if side == tucked:
            continue
        mirror = np.array([side, 1], np.float32)
        inner = sheet[:, [1, 0]] - np.array([draws.uniform(0.0, 0.07), 0], np.float32)
        hair.front.append(np.concatenate([face.place(outer * mirror, depth=-0.25), face.place(inner * mirror, depth=0.05)[::-1]]))
