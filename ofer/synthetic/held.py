"""Occluders held in front of the face: a hand, a cup, a shape. Points are (u, v) in a plane in front of it, see :mod:`shape`."""

import numpy as np

from .curves import smooth
from .draws import Draws
from .layer import RGB, Layer, finger, ring, tinted
from .pose import PosedFace

_TARGETS = ((0.05, 0.98), (0.42, 0.75), (0.45, 0.05))
"""What a hand covers: mouth, cheek, eye."""


def paint_hand(layer: Layer, face: PosedFace, draws: Draws) -> None:
    """A hand in front of mouth, cheek or eye."""
    skin = np.array(face.person.skin) * 0.93
    side = draws.pick((-1.0, 1.0))
    target = np.array(draws.pick(_TARGETS, (3, 2, 2)))
    tilt = draws.uniform(0.15, 0.8)
    along = np.array([-np.sin(tilt), -np.cos(tilt)])  # where the fingers point
    across = np.array([np.cos(tilt), -np.sin(tilt)])
    size = draws.uniform(0.9, 1.1)
    palm = target - along * 0.45 * size
    scale, mirror = face.camera.scale, np.array([side, 1.0])

    def place(points: np.ndarray) -> np.ndarray:
        return face.place((points * mirror).astype(np.float32), depth=0.95)

    def tone(factor: float) -> RGB:
        red, green, blue = skin * np.array([factor, factor**1.15, factor**1.2])
        return min(255.0, red), min(255.0, green), min(255.0, blue)

    wrist = palm - along * 1.5
    arm = np.stack([palm + across * 0.30, palm - across * 0.30, wrist - across * 0.24, wrist + across * 0.24])
    layer.fill(place(arm), tone(0.88))
    corners = ((0.36, 0.32), (-0.36, 0.32), (-0.36, -0.2), (-0.22, -0.5), (0.22, -0.5), (0.38, -0.2))
    block = np.stack([palm + across * side_wards + along * up_wards for side_wards, up_wards in corners])
    layer.fill(place(smooth(6, 4, closed=True) @ block.astype(np.float32)), tone(0.92))
    thumb = finger(palm + across * 0.3 - along * 0.2, palm + across * 0.52 + along * 0.08, palm + across * 0.5 + along * 0.42, 0.095)
    layer.fill(place(thumb), tone(0.97))
    for number, length in enumerate((0.62, 0.74, 0.70, 0.55)):
        root = palm + across * (0.27 - 0.18 * number) + along * 0.15
        lean = across * (0.05 - 0.035 * number) + draws.bell(0.02) * across
        end = root + (along + lean) * (length + 0.12) * size
        shape = finger(root, 0.5 * (root + end) + across * 0.012, end, 0.092)
        placed = place(shape)
        layer.fill(placed, tone(0.96 + 0.02 * (number % 2)))
        layer.lines(placed[None, 2:], tone(0.7), 0.008 * scale)
        nail = end - (along + lean) * 0.085
        layer.ink(place(ring((nail[0], nail[1]), (0.045, 0.055))), tone(1.1))
        for joint in (0.45, 0.75):
            middle = root + (end - root) * joint
            knuckle = np.stack([middle - across * 0.05, middle + across * 0.05])
            layer.ink_lines(place(knuckle)[None], tone(0.8), 0.006 * scale)


def paint_cup(layer: Layer, face: PosedFace, draws: Draws) -> None:
    """A cup or mug in front of the mouth."""
    colour: RGB = (draws.uniform(40, 245), draws.uniform(40, 245), draws.uniform(40, 245))
    u, v = draws.bell(0.1), face.shape.mouth_v - draws.uniform(0.05, 0.3)
    top, bottom, tall = draws.uniform(0.36, 0.5), draws.uniform(0.28, 0.4), draws.uniform(0.8, 1.1)
    tilt = draws.bell(0.12)
    turn = np.array([[np.cos(tilt), np.sin(tilt)], [-np.sin(tilt), np.cos(tilt)]])

    def place(points: np.ndarray) -> np.ndarray:
        return face.place((points @ turn + [u, v]).astype(np.float32), depth=1.1)

    if draws.chance(0.6):
        side = draws.pick((-1.0, 1.0))
        handle = np.array([(top * 0.9, 0.15), (top + 0.26, 0.2), (top + 0.22, 0.52), (bottom, 0.62)], np.float32) * np.array(
            [side, 1], np.float32
        )
        layer.lines(place(smooth(4, 5) @ handle)[None], tinted(colour, 0.8), 0.09 * face.camera.scale)
    edges = np.linspace(-1, 1, 10)
    rim, foot = np.stack([top * edges, 0.06 * np.sqrt(1 - edges**2)], 1), np.stack([bottom * edges, tall + 0.07 * np.sqrt(1 - edges**2)], 1)
    for k in range(9):  # a cylinder: strips with their own light
        light = 0.62 + 0.45 * np.exp(-(((0.5 * (edges[k] + edges[k + 1]) + 0.35) / 0.5) ** 2))
        layer.fill(place(np.stack([rim[k], rim[k + 1], foot[k + 1], foot[k]])), tinted(colour, light))
    layer.fill(place(ring((0, 0), (top, 0.075))), tinted(colour, 1.1))
    layer.ink(place(ring((0, 0.006), (top * 0.92, 0.055))), tinted(colour, 0.45))
    if draws.chance(0.5):
        band = np.array([(-0.97, 0.35), (0.97, 0.35), (0.93, 0.6), (-0.93, 0.6)]) * [0.5 * (top + bottom), 1]
        layer.ink(place(band), (draws.uniform(30, 240), draws.uniform(30, 240), draws.uniform(30, 240)))


def paint_shape(layer: Layer, face: PosedFace, draws: Draws) -> None:
    """A polygon, ellipse or bar of any colour, anywhere on the face."""
    kind = draws.pick(('ellipse', 'polygon', 'bar'))
    u, v = draws.uniform(-0.6, 0.6), draws.uniform(-0.4, 1.2)
    reach = draws.uniform(0.38, 0.7)
    if kind == 'ellipse':
        points = ring((0, 0), (reach, reach * draws.uniform(0.5, 1.0)), draws.uniform(2, 4))
    elif kind == 'bar':
        points = np.array([(-2.0, -0.3), (2.0, -0.3), (2.0, 0.3), (-2.0, 0.3)]) * reach
    else:
        angle = np.sort(draws.array(8)) * 2 * np.pi
        points = reach * (0.7 + 0.6 * draws.array(8, 1)) * np.stack([np.cos(angle), np.sin(angle)], 1)
    tilt = draws.uniform(-1.5, 1.5)
    turn = np.array([[np.cos(tilt), np.sin(tilt)], [-np.sin(tilt), np.cos(tilt)]])
    placed = face.place((points @ turn + [u, v]).astype(np.float32), depth=1.0)
    first, second = ((draws.uniform(10, 245), draws.uniform(10, 245), draws.uniform(10, 245)) for _ in range(2))
    layer.fill(placed, first)
    if draws.chance(0.5):
        step = np.linspace(-1, 1, 7)[:, None, None] * np.array([0, 0.3])
        layer.ink_lines(placed.mean(0) + step + np.array([[-0.5, 0], [0.5, 0.1]]), second, 0.02)
