"""Things before a face, each with the share of every pixel that it covers.

An occluder is drawn by itself and laid over the finished picture, so that it changes no pixel outside its mask.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from . import brush
from .curves import ribbon, smooth
from .draws import Draws
from .pose import PosedFace
from .scene import Scene

OVERSAMPLING = 2
FAINTEST = 0.2
"""Pixels covered by less than this are left alone, and are no part of the mask."""

RGB = tuple[float, float, float]


@dataclass
class Layer:
    """What an occluder is painted on: colour ``(S, S, 3)`` and cover ``(S, S)``, uint8."""

    colour: np.ndarray
    cover: np.ndarray

    def fill(self, polygon: np.ndarray, colour: RGB, opacity: float = 1.0) -> None:
        """Add a polygon ``(n, 2)``, in shares."""
        brush.fill_smooth(self.colour, polygon, colour)
        brush.fill_smooth(self.cover, polygon, 255 * opacity)

    def lines(self, strokes: np.ndarray, colour: RGB, width: float) -> None:
        """Add lines ``(s, n, 2)``."""
        brush.lines(self.colour, strokes, colour, width)
        brush.lines(self.cover, strokes, 255, width)


Painter = Callable[[Layer, PosedFace, Draws], None]


def _ring(centre: tuple[float, float], radii: tuple[float, float], power: float = 2.0, samples: int = 24) -> np.ndarray:
    """A superellipse ``(samples, 2)`` around ``centre``; powers above 2 make it square."""
    angle = np.arange(samples) * (2 * np.pi / samples)
    across, down = np.cos(angle), np.sin(angle)
    across = np.sign(across) * np.abs(across) ** (2 / power)
    down = np.sign(down) * np.abs(down) ** (2 / power)
    return np.stack([centre[0] + radii[0] * across, centre[1] + radii[1] * down], 1).astype(np.float32)


def _capsule(start: np.ndarray, bend: np.ndarray, end: np.ndarray, width: float) -> np.ndarray:
    """A finger: a thick bent line ``(n, 2)`` with a round end."""
    line = smooth(3, 5) @ np.stack([start, bend, end]).astype(np.float32)
    profile = width * np.array([1.08, 1.06, 1.04, 1.0, 0.96, 0.97, 1.0, 0.97, 0.93, 0.82, 0.42], np.float32)
    return ribbon(line, profile)


def paint_mask(layer: Layer, face: PosedFace, draws: Draws) -> None:
    """A cloth or surgical mask over nose, mouth and chin."""
    colour = draws.pick(((168, 206, 226), (236, 238, 238), (40, 42, 46), (196, 214, 200), (228, 184, 190), (70, 90, 140)))
    dark = tuple(0.72 * c for c in colour)
    shape, width = face.shape, face.person.width
    top = 0.36 + draws.bell(0.03)
    strap = np.array([[(s * 0.86 * width, top + 0.16), (s * 1.03 * width, top - 0.25)] for s in (-1, 1)], np.float32)
    low = np.array([[(s * 0.78 * width, 0.95), (s * 1.03 * width, 0.25)] for s in (-1, 1)], np.float32)
    layer.lines(face.place(np.concatenate([strap, low])), dark, 0.018 * face.camera.scale)
    half = np.array([(0, top - 0.06), (0.18, top + 0.0), (0.55, top + 0.1), (0.88 * width, top + 0.15)], np.float32)
    low_half = np.array([(0.86 * width, 0.62), (0.78 * width, 0.97), (0.5, shape.chin_v - 0.10), (0, shape.chin_v + 0.03)], np.float32)
    right = np.concatenate([half, low_half])
    whole = np.concatenate([right, right[-2:0:-1] * np.array([-1, 1], np.float32)])
    layer.fill(face.place(smooth(len(whole), 3, closed=True) @ whole, lift=0.06), colour)
    for v in (0.62, 0.76, 0.90, 1.04):
        pleat = np.stack([np.linspace(-0.78, 0.78, 9) * width, v + 0.05 * np.linspace(-1, 1, 9) ** 2], 1).astype(np.float32)
        brush.lines(layer.colour, face.place(pleat[None], lift=0.06), dark, 0.01 * face.camera.scale)
        brush.lines(layer.colour, face.place(pleat[None] + np.float32([0, 0.03]), lift=0.06), tuple(min(255, 1.08 * c) for c in colour), 0.01 * face.camera.scale)  # fmt: skip
    wire = np.stack([np.linspace(-0.3, 0.3, 7), top + 0.03 + 0.12 * np.abs(np.linspace(-0.5, 0.5, 7))], 1).astype(np.float32)
    brush.lines(layer.colour, face.place(wire[None], lift=0.06), dark, 0.012 * face.camera.scale)


def paint_sunglasses(layer: Layer, face: PosedFace, draws: Draws) -> None:
    """Dark glasses over both eyes."""
    frame = draws.pick(((18, 18, 20), (60, 36, 22), (150, 120, 60), (120, 20, 30), (200, 200, 205)))
    lens = draws.pick(((22, 22, 26), (38, 30, 24), (20, 34, 30), (34, 30, 52)))
    power, wide, tall = draws.uniform(2.0, 4.0), draws.uniform(0.31, 0.37), draws.uniform(0.20, 0.27)
    thick = draws.uniform(0.015, 0.045)
    spacing = face.person.eye_spacing
    scale = face.camera.scale
    for side in (-1.0, 1.0):
        arm = np.array([[(side * (spacing + wide), -0.06, 0.45), (side * 1.06, -0.05, -0.3)]], np.float32)
        layer.lines(face.place(arm), frame, 0.06 * scale)
    bridge = np.array([[(-spacing + 0.9 * wide, -0.03), (0, -0.07), (spacing - 0.9 * wide, -0.03)]], np.float32)
    layer.lines(face.place(smooth(3, 4) @ bridge, lift=0.12), frame, 0.05 * scale)
    for side in (-1.0, 1.0):
        centre = (side * spacing, 0.03)
        layer.fill(face.place(_flat(_ring(centre, (wide + thick, tall + thick), power), 0.72)), frame)
        layer.fill(face.place(_flat(_ring(centre, (wide, tall), power), 0.72)), lens)
        shine = np.array([(-0.5, -0.75), (0.05, -0.75), (-0.35, 0.6), (-0.7, 0.2)], np.float32) * [wide, tall] + centre
        bright = tuple(c + draws.uniform(10, 60) for c in lens)
        brush.fill_smooth(layer.colour, face.place(_flat(shine, 0.72)), bright)


def _flat(points: np.ndarray, z: float) -> np.ndarray:
    """Points ``(n, 2)`` on a plane before the face."""
    return np.column_stack([points, np.full(len(points), z, np.float32)])


def paint_hand(layer: Layer, face: PosedFace, draws: Draws) -> None:
    """A hand held before mouth, cheek or eye."""
    skin = np.array(face.person.skin) * 0.93
    side = draws.pick((-1.0, 1.0))
    target = draws.pick((np.array([0.05, 0.98]), np.array([0.42, 0.75]), np.array([0.45, 0.05])), (3, 2, 2))
    tilt = draws.uniform(0.15, 0.8)
    along = np.array([-np.sin(tilt), -np.cos(tilt)])  # where the fingers point
    across = np.array([np.cos(tilt), -np.sin(tilt)])
    size = draws.uniform(0.9, 1.1)
    palm = target - along * 0.45 * size
    scale, mirror = face.camera.scale, np.array([side, 1.0])

    def place(points: np.ndarray) -> np.ndarray:
        return face.place(_flat((points * mirror).astype(np.float32), 0.95))

    def tone(factor: float) -> RGB:
        red, green, blue = skin * np.array([factor, factor**1.15, factor**1.2])
        return min(255.0, red), min(255.0, green), min(255.0, blue)

    wrist = palm - along * 1.5
    arm = np.stack([palm + across * 0.30, palm - across * 0.30, wrist - across * 0.24, wrist + across * 0.24])
    layer.fill(place(arm), tone(0.88))
    block = np.stack([palm + across * 0.36 + along * 0.32, palm - across * 0.36 + along * 0.32, palm - across * 0.36 - along * 0.2,
                      palm - across * 0.22 - along * 0.5, palm + across * 0.22 - along * 0.5, palm + across * 0.38 - along * 0.2])  # fmt: skip
    layer.fill(place(smooth(6, 4, closed=True) @ (block * 1.0).astype(np.float32)), tone(0.92))
    thumb = _capsule(palm + across * 0.3 - along * 0.2, palm + across * 0.52 + along * 0.08, palm + across * 0.5 + along * 0.42, 0.095)
    layer.fill(place(thumb), tone(0.97))
    for finger, length in enumerate((0.62, 0.74, 0.70, 0.55)):
        root = palm + across * (0.27 - 0.18 * finger) + along * 0.15
        lean = across * (0.05 - 0.035 * finger) + draws.bell(0.02) * across
        end = root + (along + lean) * (length + 0.12) * size
        shape = _capsule(root, 0.5 * (root + end) + across * 0.012, end, 0.092)
        placed = place(shape)
        layer.fill(placed, tone(0.96 + 0.02 * (finger % 2)))
        layer.lines(placed[None, 2:], tone(0.7), 0.008 * scale)
        nail = end - (along + lean) * 0.085
        brush.fill_smooth(layer.colour, place(_ring((nail[0], nail[1]), (0.045, 0.055))), tone(1.1))
        for joint in (0.45, 0.75):
            middle = root + (end - root) * joint
            knuckle = np.stack([middle - across * 0.05, middle + across * 0.05])
            brush.lines(layer.colour, place(knuckle)[None], tone(0.8), 0.006 * scale)


def paint_hair_lock(layer: Layer, face: PosedFace, draws: Draws) -> None:
    """Locks of hair that fall over one side of the face."""
    hair = np.array(face.person.hair)
    side = draws.pick((-1.0, 1.0))
    end = draws.uniform(0.5, 1.5)
    for _ in range(int(draws.uniform(3, 7))):
        start = draws.uniform(-0.2, 0.75)
        foot = start + draws.uniform(-0.25, 0.25)
        line = np.array([(side * start, -1.12), (side * (start - draws.uniform(0.05, 0.2)), -0.6), (side * (0.5 * (start + foot) + draws.bell(0.06)), 0.1),
                         (side * foot, end * draws.uniform(0.7, 1.0))], np.float32)  # fmt: skip
        curve = face.place(smooth(4, 6) @ line, lift=0.10)
        width = draws.uniform(0.05, 0.13) * face.camera.scale * np.sin(np.linspace(0.35, 1, len(curve)) * np.pi * 0.97)
        polygon = ribbon(curve, width.astype(np.float32))
        shade = draws.uniform(0.7, 1.05)
        layer.fill(polygon, tuple((hair * shade).tolist()))
        edge = polygon[len(curve) :][::-1]
        share = draws.array(9, 1, 1)
        strands = curve[None] + (2 * share - 1) * 0.9 * (curve - edge)[None]
        brush.lines(layer.colour, strands[::2], tuple((hair * shade * 0.7).tolist()), 0.004)
        brush.lines(layer.colour, strands[1::2], tuple(np.minimum(255, hair * shade * 1.3 + 10).tolist()), 0.004)


def paint_cup(layer: Layer, face: PosedFace, draws: Draws) -> None:
    """A cup, mug or glass before the mouth."""
    colour = np.array([draws.uniform(40, 245) for _ in range(3)])
    u, v = draws.bell(0.1), face.shape.mouth_v - draws.uniform(0.05, 0.3)
    top, bottom, tall = draws.uniform(0.36, 0.5), draws.uniform(0.28, 0.4), draws.uniform(0.8, 1.1)
    tilt = draws.bell(0.12)

    def place(points: np.ndarray) -> np.ndarray:
        turn = np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
        return face.place(_flat((points @ turn.T + [u, v]).astype(np.float32), 1.1))

    if draws.chance(0.6):
        side = draws.pick((-1.0, 1.0))
        handle = smooth(4, 5) @ np.array([(side * top * 0.9, 0.15), (side * (top + 0.26), 0.2), (side * (top + 0.22), 0.52), (side * bottom, 0.62)], np.float32)  # fmt: skip
        layer.lines(place(handle)[None], tuple((0.8 * colour).tolist()), 0.09 * face.camera.scale)
    count = 9
    edges = np.linspace(-1, 1, count + 1)
    for k in range(count):  # a cylinder: strips with their own light
        x0, x1 = edges[k], edges[k + 1]
        strip = np.array([(x0 * top, 0.06 * np.sqrt(1 - x0**2)), (x1 * top, 0.06 * np.sqrt(1 - x1**2)), (x1 * bottom, tall + 0.07 * np.sqrt(1 - x1**2)),
                          (x0 * bottom, tall + 0.07 * np.sqrt(1 - x0**2))])  # fmt: skip
        light = 0.62 + 0.45 * np.exp(-(((0.5 * (x0 + x1) + 0.35) / 0.5) ** 2))
        layer.fill(place(strip), tuple(np.minimum(255, colour * light).tolist()))
    layer.fill(place(_ring((0, 0), (top, 0.075))), tuple(np.minimum(255, colour * 1.1).tolist()))
    brush.fill_smooth(layer.colour, place(_ring((0, 0.006), (top * 0.92, 0.055))), tuple((0.45 * colour).tolist()))
    if draws.chance(0.5):
        band = np.array([(-0.97, 0.35), (0.97, 0.35), (0.93, 0.6), (-0.93, 0.6)]) * [0.5 * (top + bottom), 1]
        brush.fill_smooth(layer.colour, place(band), tuple(draws.uniform(30, 240) for _ in range(3)))


def paint_shape(layer: Layer, face: PosedFace, draws: Draws) -> None:
    """A polygon, ellipse or bar of any colour, anywhere on the face."""
    kind = draws.pick(('ellipse', 'polygon', 'bar'))
    u, v = draws.uniform(-0.6, 0.6), draws.uniform(-0.5, 1.2)
    reach = draws.uniform(0.38, 0.7)
    if kind == 'ellipse':
        points = _ring((0, 0), (reach, reach * draws.uniform(0.5, 1.0)), draws.uniform(2, 4))
    elif kind == 'bar':
        points = np.array([(-2.0, -0.3), (2.0, -0.3), (2.0, 0.3), (-2.0, 0.3)]) * reach
    else:
        angle = np.sort(draws.array(8)) * 2 * np.pi
        points = reach * (0.6 + 0.6 * draws.array(8, 1)) * np.stack([np.cos(angle), np.sin(angle)], 1)
    turn = draws.uniform(-1.5, 1.5)
    points = points @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) + [u, v]
    placed = face.place(_flat(points.astype(np.float32), 1.0))
    colour = tuple(draws.uniform(10, 245) for _ in range(3))
    layer.fill(placed, colour)  # type: ignore[arg-type]
    second = tuple(draws.uniform(10, 245) for _ in range(3))
    if draws.chance(0.5):
        stripes = np.linspace(-1, 1, 7)[:, None, None] * np.array([0, 0.3]) + np.array([[-1.0, 0], [1.0, 0.2]]) * 0.5 + placed.mean(0)
        brush.lines(layer.colour, stripes, second, 0.02)


OCCLUDERS: dict[str, Painter] = {
    'mask': paint_mask,
    'sunglasses': paint_sunglasses,
    'hand': paint_hand,
    'hair': paint_hair_lock,
    'cup': paint_cup,
    'shape': paint_shape,
}


def occlude(image: np.ndarray, face: PosedFace, scene: Scene, kind: str, draws: Draws) -> np.ndarray:
    """Lay an occluder over a picture, in place.

    Args:
        image: ``(H, W, 3)`` uint8 RGB.
        face: what it is held before.
        scene: its light.
        kind: one of :data:`OCCLUDERS`.
        draws: its looks and place.

    Returns:
        ``(H, W)`` bool, True = occluded; no other pixel is changed.
    """
    size = len(image)
    side = OVERSAMPLING * size
    layer = Layer(np.zeros((side, side, 3), np.uint8), np.zeros((side, side), np.uint8))
    OCCLUDERS[kind](layer, face, draws)
    ramp = np.linspace(-1, 1, size, dtype=np.float32)
    light = 0.95 + 0.16 * (scene.light[0] * ramp[None, :] + scene.light[1] * ramp[:, None])
    cover = cv2.resize(layer.cover, (size, size), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    cover[cover < FAINTEST] = 0
    colour = cv2.resize(layer.colour, (size, size), interpolation=cv2.INTER_AREA).astype(np.float32)
    # Where a pixel is covered in part, its mean colour holds black from beside the occluder.
    colour *= (light / np.maximum(cover, FAINTEST))[..., None]
    mixed = image * (1 - cover[..., None]) + np.minimum(colour, 255) * cover[..., None]
    mask = cover > 0
    image[mask] = mixed[mask].astype(np.uint8)
    return mask
