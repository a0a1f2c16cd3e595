"""Hair of the head, brows and beard."""

from dataclasses import dataclass

import cv2
import numpy as np

from . import brush
from .curves import ribbon, smooth
from .draws import Draws
from .pose import PosedFace

# Half hairline from the temple to the middle of the forehead, and half contour from the temple over the top: u, v.
_HAIRLINE = np.array([(1.0, 0.10), (0.965, -0.10), (0.93, -0.38), (0.82, -0.63), (0.50, -0.78), (0.0, -0.83)], np.float32)
_CONTOUR = np.array([(1.0, 0.10), (1.03, -0.12), (1.02, -0.45), (0.93, -0.82), (0.70, -1.12), (0.36, -1.27), (0.0, -1.31)], np.float32)
_MIRROR = np.array([-1, 1], np.float32)


@dataclass
class Hair:
    """Hair as polygons and strands, in shares of the image."""

    behind: list[np.ndarray]
    """Polygons behind the head."""
    front: list[np.ndarray]
    """Polygons before the face."""
    strands: np.ndarray
    """``(s, n, 2)``, lines that lie in the polygons."""
    density: float
    """0..1: how much of the skin the front polygons hide."""


def _lift(flat: np.ndarray, z: float) -> np.ndarray:
    return np.concatenate([flat, np.full((*flat.shape[:-1], 1), z, np.float32)], -1)


def _both(half: np.ndarray) -> np.ndarray:
    """A half line, temple to middle, made whole: from image left over the middle to image right."""
    return np.concatenate([half * _MIRROR, half[-2::-1]])


def arrange_hair(face: PosedFace) -> Hair:
    """Lay out the person's hair."""
    person = face.person
    draws = Draws(person.texture)
    style = person.hair_style
    behind: list[np.ndarray] = []
    front: list[np.ndarray] = []
    if style == 'bald':
        return Hair(behind, front, np.zeros((0, 2, 2), np.float32), 0.0)
    volume = {'buzz': 0.02, 'receding': 0.04, 'afro': 0.42, 'curly': 0.22, 'short': 0.6 * person.hair_volume}.get(style, person.hair_volume)
    line = _HAIRLINE * np.array([person.width, 1], np.float32)
    line[3:, 1] -= person.hairline
    contour = _CONTOUR * np.array([person.width, 1], np.float32)
    grow = np.array([0.0, 0.3, 0.6, 0.85, 1, 1, 1], np.float32)[:, None]
    contour = contour + grow * volume * np.array([0.75, -1.0], np.float32) * np.array(
        [[1, 0.3]] * 3 + [[1, 0.7], [0.8, 1], [0.4, 1], [0, 1]]
    )
    whole_line, whole_contour = _both(line), _both(contour.astype(np.float32))
    across = whole_line[:, 0]
    if style == 'receding':
        whole_line[:, 1] -= 0.30 * np.exp(-(((np.abs(across) - 0.5) / 0.3) ** 2)) + 0.05 * np.exp(-((across / 0.4) ** 2))
    elif style == 'fringe':
        whole_line[:, 1] += np.clip(1 - (np.abs(across) / 0.9) ** 4, 0, 1) * draws.uniform(0.30, 0.44)
    elif style in ('parted', 'long', 'bob'):
        whole_line[:, 1] += 0.16 * np.clip(np.abs(across - person.parting) - 0.25, 0, 0.5) * (np.abs(across) < 0.95)
        whole_line[:, 1] -= 0.10 * np.exp(-(((across - person.parting) / 0.13) ** 2))
    elif style == 'swept':
        whole_line[:, 1] += 0.14 * np.exp(-(((across - person.parting) / 0.35) ** 2)) - 0.05
    smooth_line = smooth(11, 6) @ whole_line
    smooth_contour = smooth(13, 5) @ whole_contour
    if style in ('curly', 'afro'):
        t = np.linspace(0, 1, len(smooth_contour))
        waves = 0.035 * np.sin(t * 60 + 6 * draws.unit()) + 0.02 * np.sin(t * 97)
        smooth_contour = smooth_contour * (1 + waves * np.sin(np.pi * t))[:, None]
        t = np.linspace(0, 1, len(smooth_line))
        smooth_line[:, 1] += 0.02 * np.sin(t * 55) * np.sin(np.pi * t)
    on_face = face.place(smooth_line, lift=0.03)
    over = face.place(_lift(smooth_contour, -0.12))
    front.append(np.concatenate([over, on_face[::-1]]))
    strands = [_strands_between(on_face, over, person.parting, style, draws)]
    if style in ('long', 'bob', 'curly') and (style != 'curly' or person.feminine > 0.5):
        strands.append(_curtains(face, style, behind, front, draws))
    if style == 'bun':
        angle = np.arange(16) * (2 * np.pi / 16)
        ball = np.stack([0.36 * np.cos(angle), -1.5 + 0.28 * np.sin(angle)], 1).astype(np.float32)
        behind.append(face.place(_lift(ball, -0.5)))
    count = max(part.shape[1] for part in strands)
    padded = [np.concatenate([part, np.repeat(part[:, -1:], count - part.shape[1], 1)], 1) for part in strands]
    return Hair(behind, front, np.concatenate(padded), {'buzz': 0.6, 'receding': 0.85}.get(style, 1.0))


def _strands_between(line: np.ndarray, over: np.ndarray, parting: float, style: str, draws: Draws) -> np.ndarray:
    """Strands from the hairline back over the head, ``(s, 5, 2)``."""
    count = 70
    start = np.sort(draws.array(count))
    slant = 0.10 * np.sign(start - 0.5 - 0.4 * parting) if style in ('parted', 'long', 'bob', 'fringe') else 0.12 * np.sign(parting)
    end = np.clip(start - slant * draws.array(count) * (1 if style != 'buzz' else 0.2), 0, 1)
    first = line[(start * (len(line) - 1)).astype(int)]
    last = over[(end * (len(over) - 1)).astype(int)]
    t = np.linspace(0, 1, 5, dtype=np.float32)[None, :, None]
    near, far = 0.5 * draws.array(count, 1, 1), 0.55 + 0.42 * draws.array(count, 1, 1)
    share = near + (far - near) * t
    strands = first[:, None] * (1 - share) + last[:, None] * share
    if style in ('curly', 'afro'):
        wobble = draws.array(count, 5, 2) - 0.5
        strands = strands + 0.03 * wobble
    return strands.astype(np.float32)


def _curtains(face: PosedFace, style: str, behind: list[np.ndarray], front: list[np.ndarray], draws: Draws) -> np.ndarray:
    """Hair that falls beside the face: adds polygons and returns strands ``(s, 5, 2)``."""
    person = face.person
    end = {'long': draws.uniform(1.7, 2.3), 'bob': draws.uniform(1.0, 1.35), 'curly': draws.uniform(0.9, 1.6)}[style]
    spread = 0.7 * person.hair_volume + {'long': 0.02, 'bob': 0.06, 'curly': 0.15}[style]
    t = np.linspace(0, 1, 7)
    v = -0.62 + t * (end + 0.62)
    outer = person.width * (1.0 + spread * (0.5 + 1.4 * np.sin(np.pi * np.clip(0.15 + 0.6 * t, 0, 1))))
    inner = person.width * (0.93 + 0.05 * np.sin(np.pi * t) - draws.uniform(0.0, 0.09) * np.exp(-(((t - 0.45) / 0.2) ** 2)))
    if style == 'curly':
        outer = outer + 0.03 * np.sin(v * 19)
        inner = inner + 0.02 * np.sin(v * 23)
    strands = []
    sheet = smooth(7, 4) @ np.stack([outer, v], 1).astype(np.float32)
    back = np.concatenate([sheet * _MIRROR, sheet[::-1]])
    behind.append(face.place(_lift(back, -0.45)))
    for side in (-1.0, 1.0):
        mirror = np.array([side, 1], np.float32)
        out_line = face.place(_lift(sheet * mirror, -0.2))
        in_line = face.place(_lift((smooth(7, 4) @ np.stack([inner, v], 1).astype(np.float32)) * mirror, 0.05))
        front.append(np.concatenate([out_line, in_line[::-1]]))
        share = draws.array(18, 1, 1)
        wave = (draws.array(18, 1, 1) - 0.5) * 0.12
        rows = slice(0, len(sheet), 6)
        strands.append(out_line[None, rows] * np.clip(share + wave, 0, 1) + in_line[None, rows] * (1 - np.clip(share + wave, 0, 1)))
    return np.concatenate(strands).astype(np.float32)


def paint_hair(canvas: np.ndarray, face: PosedFace, polygons: list[np.ndarray], level: float, density: float = 1.0) -> None:
    """Fill hair polygons on the canvas in place; ``level`` is the light, ``density`` < 1 lets the skin show through."""
    colour = tuple(min(255.0, c * level) for c in face.person.hair)
    for polygon in polygons:
        if density >= 1:
            brush.fill_smooth(canvas, polygon, colour)
            continue
        mask = np.zeros(canvas.shape[:2], np.uint8)
        brush.fill(mask, polygon, round(255 * density))
        mask = cv2.GaussianBlur(mask, (0, 0), 0.012 * len(canvas))
        share = cv2.merge([mask] * 3).astype(np.float32) / 255
        canvas[:] = (canvas * (1 - share) + np.array(colour, np.float32) * share).astype(np.uint8)


def paint_strands(canvas: np.ndarray, face: PosedFace, strands: np.ndarray, light: tuple[float, float, float]) -> None:
    """Draw strands on the canvas in place: darker ones, lighter ones, and bright ones on the side of the light."""
    if not len(strands):
        return
    hair = np.array(face.person.hair)
    lit = np.argsort(-(strands.mean(1) @ np.array(light[:2])), kind='stable')
    width = 0.004
    brush.lines(canvas, strands[::3], tuple(0.62 * hair), width)
    brush.lines(canvas, strands[1::3], tuple(np.minimum(255, 1.2 * hair + 8)), width)
    brush.lines(canvas, strands[lit[-len(lit) // 4 :]], tuple(np.minimum(255, 1.42 * hair + 20)), 0.75 * width)


def paint_brows(canvas: np.ndarray, face: PosedFace, level: float) -> None:
    """Paint both brows: a soft ground and hairs over it."""
    person, scale = face.person, face.camera.scale
    draws = Draws(person.texture, 1)
    colour = np.array(person.brow) * min(level, 1.0)
    size = len(canvas)
    for name, side in (('left', -1.0), ('right', 1.0)):
        line, half = face.points[f'brow_{name}'], face.shape.brow_half * scale
        polygon = ribbon(line, half)
        low = np.maximum(np.floor(polygon.min(0) * size).astype(int) - 3, 0)
        high = np.minimum(np.ceil(polygon.max(0) * size).astype(int) + 4, size)
        if (high - low).min() <= 2:
            continue
        patch = canvas[low[1] : high[1], low[0] : high[0]]
        mask = np.zeros(patch.shape[:2], np.uint8)
        brush.fill(mask, polygon - low / size, 165, size)
        share = cv2.merge([cv2.GaussianBlur(mask, (5, 5), 0)] * 3).astype(np.float32) / 255
        patch[:] = (patch * (1 - share) + colour.astype(np.float32) * share).astype(np.uint8)
        count = 34
        t = draws.array(count) ** 0.9 * 0.93
        index = (t * (len(line) - 1)).astype(int)
        root, reach = line[index], half[index][:, None]
        along = line[np.minimum(index + 1, len(line) - 1)] - line[np.maximum(index - 1, 0)]
        along /= np.sqrt((along**2).sum(1, keepdims=True)) + 1e-6
        up = np.stack([along[:, 1], -along[:, 0]], 1) * side
        lean = (0.5 + 1.2 * t)[:, None] * along
        foot = root - up * reach * (0.2 + 0.8 * draws.array(count, 1)) - 0.3 * lean * reach
        tip = root + up * reach * (0.3 + 0.8 * draws.array(count, 1)) + 0.8 * lean * reach
        hairs = np.stack([foot, tip], 1)
        brush.lines(canvas, hairs[::2], tuple(0.75 * colour), 0.003)
        brush.lines(canvas, hairs[1::2], tuple(colour), 0.003)


def beard_area(face: PosedFace) -> list[np.ndarray]:
    """Polygons ``(n, 2)`` in shares where a beard grows: cheeks and chin, and over the upper lip."""
    shape, points = face.shape, face.points
    jaw = points['outline'][2:15]
    low = shape.lower_lip_v
    half = shape.mouth_half
    inner = np.array(
        [(0.80, 0.72), (0.62, 0.93), (float(half[1]) + 0.08, shape.mouth_v + 0.05), (0.17, low + 0.10), (0, low + 0.09), (-0.17, low + 0.10),
         (-float(half[0]) - 0.08, shape.mouth_v + 0.05), (-0.62, 0.93), (-0.80, 0.72)], np.float32,
    )  # fmt: skip
    cheeks = np.concatenate([jaw, face.place(inner)])
    lip = face.points['lip_top']
    above = np.array([(-0.30, shape.nose_tip_v + 0.17), (0, shape.nose_tip_v + 0.13), (0.30, shape.nose_tip_v + 0.17)], np.float32)
    return [cheeks, np.concatenate([lip, face.place(above)[::-1]])]


def paint_beard(canvas: np.ndarray, face: PosedFace, level: float) -> None:
    """Darken where a beard grows and, where it is full, draw its hairs."""
    person = face.person
    if max(person.beard, person.moustache) < 0.05:
        return
    size = len(canvas)
    areas = beard_area(face)
    mask = np.zeros((size, size), np.uint8)
    for area, strength in zip(areas, (person.beard, max(person.moustache, 0.6 * person.beard)), strict=True):
        brush.fill(mask, area, 200 * strength)
    mask = cv2.GaussianBlur(mask, (0, 0), 0.014 * size)
    draws = Draws(person.texture, 2)
    grain = cv2.resize(draws.array(64, 64), (size, size), interpolation=cv2.INTER_LINEAR)
    colour = (np.array(person.hair) * 0.8 + np.array(person.skin) * 0.1) * min(level, 1.0)
    share = mask.astype(np.float32) * (0.72 + 0.4 * grain) / 255
    share = cv2.merge([np.minimum(share, 0.92)] * 3)
    canvas[:] = (canvas * (1 - share) + colour.astype(np.float32) * share).astype(np.uint8)
