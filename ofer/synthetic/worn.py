"""Worn occluders: mask, sunglasses, locks of hair. Points are (u, v) on the face, see :mod:`shape`."""

import numpy as np

from .curves import ribbon, smooth
from .draws import Draws
from .layer import Layer, ring, tinted
from .pose import PosedFace

_CLOTHS = ((168, 206, 226), (236, 238, 238), (40, 42, 46), (196, 214, 200), (228, 184, 190), (70, 90, 140))
_FRAMES = ((18, 18, 20), (60, 36, 22), (150, 120, 60), (120, 20, 30), (200, 200, 205))
_LENSES = ((22, 22, 26), (38, 30, 24), (20, 34, 30), (34, 30, 52))


def paint_mask(layer: Layer, face: PosedFace, draws: Draws) -> None:
    """A cloth or surgical mask over nose, mouth and chin."""
    colour = draws.pick(_CLOTHS)
    dark, bright = tinted(colour, 0.72), tinted(colour, 1.08)
    scale = face.camera.scale
    shape, width = face.shape, face.person.width
    top = 0.36 + draws.bell(0.03)
    strap = np.array([[(s * 0.86 * width, top + 0.16), (s * 1.03 * width, top - 0.25)] for s in (-1, 1)], np.float32)
    low = np.array([[(s * 0.78 * width, 0.95), (s * 1.03 * width, 0.25)] for s in (-1, 1)], np.float32)
    layer.lines(face.place(np.concatenate([strap, low])), dark, 0.018 * scale)
    half = np.array([(0, top - 0.06), (0.18, top + 0.0), (0.55, top + 0.1), (0.88 * width, top + 0.15)], np.float32)
    low_half = np.array([(0.86 * width, 0.62), (0.78 * width, 0.97), (0.5, shape.chin_v - 0.10), (0, shape.chin_v + 0.03)], np.float32)
    right = np.concatenate([half, low_half])
    whole = np.concatenate([right, right[-2:0:-1] * np.array([-1, 1], np.float32)])
    layer.fill(face.place(smooth(len(whole), 3, closed=True) @ whole, lift=0.06), colour)
    for v in (0.62, 0.76, 0.90, 1.04):
        pleat = np.stack([np.linspace(-0.78, 0.78, 9) * width, v + 0.05 * np.linspace(-1, 1, 9) ** 2], 1).astype(np.float32)
        layer.ink_lines(face.place(pleat[None], lift=0.06), dark, 0.01 * scale)
        layer.ink_lines(face.place(pleat[None] + np.array([0, 0.03], np.float32), lift=0.06), bright, 0.01 * scale)
    wire = np.stack([np.linspace(-0.3, 0.3, 7), top + 0.03 + 0.12 * np.abs(np.linspace(-0.5, 0.5, 7))], 1).astype(np.float32)
    layer.ink_lines(face.place(wire[None], lift=0.06), dark, 0.012 * scale)


def paint_sunglasses(layer: Layer, face: PosedFace, draws: Draws) -> None:
    """Dark glasses over both eyes."""
    frame = draws.pick(_FRAMES)
    lens = draws.pick(_LENSES)
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
        layer.fill(face.place(ring(centre, (wide + thick, tall + thick), power), depth=0.72), frame)
        layer.fill(face.place(ring(centre, (wide, tall), power), depth=0.72), lens)
        shine = np.array([(-0.5, -0.75), (0.05, -0.75), (-0.35, 0.6), (-0.7, 0.2)], np.float32) * [wide, tall] + centre
        bright = (lens[0] + draws.uniform(10, 60), lens[1] + draws.uniform(10, 60), lens[2] + draws.uniform(10, 60))
        layer.ink(face.place(shine, depth=0.72), bright)


def paint_hair_lock(layer: Layer, face: PosedFace, draws: Draws) -> None:
    """Locks of hair that fall over one side of the face."""
    hair, scale = face.person.hair, face.camera.scale
    side = draws.pick((-1.0, 1.0))
    root, sweep = draws.uniform(-0.25, 0.15), draws.uniform(-0.15, 0.25)
    end = draws.uniform(0.45, 1.4)
    count = int(draws.uniform(5, 9))
    for lock in range(count):
        start = root + 0.11 * lock + draws.bell(0.03)
        foot = start + sweep + draws.bell(0.05)
        bend = 0.5 * (start + foot) + draws.bell(0.04) + 0.06
        stop = end * (0.65 + 0.35 * lock / count) * draws.uniform(0.85, 1.05)
        line = np.array(
            [(side * start, -1.1), (side * (start + 0.02), -0.55), (side * bend, 0.45 * stop - 0.25), (side * foot, stop)], np.float32
        )
        curve = face.place(smooth(4, 6) @ line.astype(np.float32), lift=0.10)
        width = draws.uniform(0.08, 0.13) * scale * np.sin(np.linspace(0.4, 1, len(curve)) * np.pi * 0.97)
        polygon = ribbon(curve, width.astype(np.float32))
        shade = draws.uniform(0.75, 1.0)
        layer.fill(polygon, tinted(hair, shade))
        across = polygon[: len(curve)] - curve
        strands = curve[None] + (1.9 * draws.array(12, 1, 1) - 0.95) * across[None]
        layer.ink_lines(strands[::3], tinted(hair, 0.72 * shade), 0.004)
        layer.ink_lines(strands[1::3], tinted(hair, 0.86 * shade), 0.004)
        layer.ink_lines(strands[2::3], tinted(hair, 1.25 * shade), 0.004)
