"""Placing faces in a scene, one after the other, with shoulders and hair behind them."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from ofer.synthetic.crowd.patch import FaceAxes, FacePatch
from ofer.synthetic.crowd.wear import fill, smooth
from ofer.synthetic.draws import Draws


@dataclass
class Scene:
    """A picture of faces.

    Args:
        image: ``(h, w)`` float32, grey in [0, 255].
        boxes: ``(F, 4)`` float32: left, top, right, bottom, pixels.
        points: ``(F, 5, 2)`` float32, pixels.
        ignored: ``(F,)`` bool, True = too small or too much hidden to be asked for.
    """

    image: np.ndarray
    boxes: np.ndarray
    points: np.ndarray
    ignored: np.ndarray


def compose(
    background: np.ndarray,
    draws: Draws,
    face: Callable[[float], FacePatch],
    most: int,
    sizes: tuple[float, float],
    smallest: float,
    turn: float = 25.0,
) -> Scene:
    """Place faces on a background.

    Args:
        background: ``(h, w)`` float32; painted over.
        draws: random numbers.
        face: gives a face to place on about so many pixels.
        most: number of faces that are tried; those that would hide another are left out.
        sizes: least and greatest height of a face, pixels.
        smallest: shorter faces are marked as ignored.
        turn: greatest turn of the head in the plane, degrees.
    """
    extent = background.shape[0]
    boxes: list[np.ndarray] = []
    points: list[np.ndarray] = []
    covered: list[float] = []
    low, high = np.log(sizes)
    for _ in range(most):
        size = float(np.exp(draws.uniform(low, high)))
        if most > 2:  # people in a group
            size = float(np.clip(size, sizes[0], 0.45 * extent))
        centre = draws.array(2) * (extent - size * 0.3) + size * 0.15
        box = np.concatenate([centre - size / 2, centre + size / 2])
        if any(_overlap(box, other) > 0.1 for other in boxes):
            continue
        patch = face(size)
        # Averaging whole blocks first leaves a factor that bilinear sampling covers.
        patch = patch.reduced(max(1, int(0.8 * (patch.box[3] - patch.box[1]) / size)))
        middle = (patch.box[:2] + patch.box[2:]) / 2
        scale = size / max(float(patch.box[3] - patch.box[1]), 1.0)
        matrix = cv2.getRotationMatrix2D((float(middle[0]), float(middle[1])), draws.bell(turn / 3), scale)
        matrix[:, 2] += centre - middle
        turned = patch.turned(matrix, extent)
        if turned is None:
            continue
        placed, (rows, columns) = turned
        over = stand_behind(background, placed.box, placed.points, draws) if draws.chance(0.6) else np.zeros_like(background)
        part = background[rows, columns]
        part += (placed.pixels - part) * placed.alpha
        np.maximum(over[rows, columns], placed.alpha, out=over[rows, columns])
        covered = [max(before, _mean(over, other)) for before, other in zip(covered, boxes, strict=True)]
        boxes.append(placed.box)
        points.append(placed.points)
        covered.append(0.0)
    found = np.array(boxes, np.float32).reshape(-1, 4)
    ignored = (found[:, 3] - found[:, 1] < smallest) | (_visible(found, extent) < 0.6) | (np.array(covered) > 0.4)
    return Scene(background, found, np.array(points, np.float32).reshape(-1, 5, 2), ignored)


def stand_behind(image: np.ndarray, box: np.ndarray, points: np.ndarray, draws: Draws) -> np.ndarray:
    """Paint shoulders, neck and hair or a hood where a face will be, in place.

    Returns:
        ``(h, w)`` float32 in [0, 1]: what they cover.
    """
    axes = FaceAxes.of(box, points)
    clothes, skin, hair = draws.uniform(5, 250), draws.uniform(40, 220), draws.pick((draws.uniform(5, 60), draws.uniform(10, 220)))
    top, wide = draws.uniform(1.25, 1.6), draws.uniform(1.8, 2.8)
    parts = [(clothes, [(-0.6, top), (0.6, top), (wide, top + 0.5), (wide * 1.1, 4), (-wide * 1.1, 4), (-wide, top + 0.5)])]
    parts.append((skin, [(-0.55, 0.7), (0.55, 0.7), (0.6, top + 0.15), (0, top + 0.4), (-0.6, top + 0.15)]))
    if draws.chance(0.75):
        end, side = draws.pick((draws.uniform(0.1, 0.4), draws.uniform(0.9, 2.0))), draws.uniform(1.05, 1.4)
        parts.append((hair, [(-side, -0.5), (-0.7, -1.1), (0, -1.25), (0.7, -1.1), (side, -0.5), (side, end), (-side, end)]))
    over = np.zeros_like(image)
    for value, corners in parts:
        alpha = fill(image.shape, smooth(axes.places(*corners)))
        image += (value - image) * alpha
        np.maximum(over, alpha, out=over)
    return over


def _overlap(a: np.ndarray, b: np.ndarray) -> float:
    """Share of the smaller box that lies in the other."""
    side = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    return float(np.prod(np.maximum(side, 0)) / max(min(np.prod(a[2:] - a[:2]), np.prod(b[2:] - b[:2])), 1e-6))


def _mean(over: np.ndarray, box: np.ndarray) -> float:
    """Share of the box, inside the picture, that is covered."""
    left, top, right, bottom = np.clip(np.round(box), 0, len(over)).astype(int)
    part = over[top:bottom, left:right]
    return float(part.mean()) if part.size else 0.0


def _visible(boxes: np.ndarray, extent: int) -> np.ndarray:
    """Share of each box inside the image."""
    inside = np.prod(np.maximum(np.minimum(boxes[:, 2:], extent) - np.maximum(boxes[:, :2], 0), 0), axis=1)
    return inside / np.maximum(np.prod(boxes[:, 2:] - boxes[:, :2], axis=1), 1e-6)
