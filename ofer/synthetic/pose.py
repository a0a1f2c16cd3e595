"""A posed face: the lines of a shape on its relief, projected by a camera."""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from .action_units import ActionUnits
from .camera import PITCH, PIVOT, YAW, Camera, rotation
from .curves import ribbon, smooth
from .person import Person
from .relief import Relief, look_up
from .shape import Shape, build_shape, landmarks

_MIDDLE = np.array([0.0, 0.12], np.float32)
_STILL = slice(27, 48)
"""Landmarks of nose and eyes."""


@dataclass(frozen=True)
class Head:
    """A face in space, before a camera sees it."""

    person: Person
    units: ActionUnits
    shape: Shape
    relief: Relief


def build_head(person: Person, units: ActionUnits) -> Head:
    """The face of a person under the action units."""
    shape = build_shape(person, units)
    return Head(person, units, shape, Relief(person, units, shape))


@dataclass
class PosedFace:
    """All positions that the painting functions need."""

    person: Person
    units: ActionUnits
    shape: Shape
    relief: Relief
    camera: Camera
    points: dict[str, np.ndarray]
    """Lines of the shape, ``(n, 2)`` in shares of width and height."""
    outline: np.ndarray
    """Closed outline of the face as it is seen, ``(n, 2)`` in shares."""
    landmarks: np.ndarray
    """``(68, 2)`` float32, shares, 300-W order."""

    def place(self, points: np.ndarray, lift: float = 0.0, depth: float | None = None) -> np.ndarray:
        """Project more points of the head.

        Args:
            points: ``(..., 2)``, or ``(..., 3)`` in space.
            lift: how far points ``(..., 2)`` are from the surface.
            depth: ``z`` of points ``(..., 2)`` that are not on the surface.

        Returns:
            ``(..., 2)``, shares of width and height.
        """
        flat = points.reshape(-1, points.shape[-1])
        if flat.shape[1] == 2:
            flat = _raise(flat, self.relief, lift, depth)
        return self.camera.project(flat).reshape(*points.shape[:-1], 2)


def pose_face(head: Head, camera: Camera) -> PosedFace:
    """Project a face."""
    shape, relief = head.shape, head.relief
    lines = {name: line for name, line in shape.lines.items() if name != 'outline'}
    points = _parts(camera.project(_raise_all(lines, relief)), lines)
    brows = np.stack([points['brow_left'], points['brow_right']])
    points['brow_area_left'], points['brow_area_right'] = ribbon(brows, shape.brow_half * camera.scale)
    points['outline'] = _silhouette(shape.lines['outline'], relief, camera)
    outline = smooth(26, 3, closed=True) @ points['outline']
    return PosedFace(head.person, head.units, shape, relief, camera, points, outline, landmarks(points).astype(np.float32))


def fit_camera(head: Head, seen: np.ndarray) -> Camera:
    """The camera that best projects the landmarks of a face onto those found in a photograph.

    Args:
        head: of any person; the fit averages over different proportions.
        seen: ``(68, 2)``, 300-W order, shares of a square image.

    Returns:
        The camera of the least-squares affine map, projected to the nearest rotation and scale within the drawn range. Only nose and
        eyes are used: brows and mouth move, and the visible jaw line depends on the pose.
    """
    lines = {name: line[:, :2] for name, line in head.shape.lines.items()}
    space = landmarks(_parts(_raise_all(lines, head.relief), lines))[_STILL]
    affine = np.linalg.lstsq(np.c_[space - PIVOT, np.ones(len(space))], seen[_STILL], rcond=None)[0]
    left, sizes, right = np.linalg.svd(affine[:3].T, full_matrices=False)
    across, down = left @ right
    towards = np.cross(across, down)
    yaw, pitch = np.arctan2(-towards[0], towards[2]), -np.arcsin(np.clip(towards[1], -1, 1))
    roll = np.arctan2(-across[1], down[1])
    yaw, pitch = (float(np.clip(angle, -limit, limit)) for angle, limit in zip((yaw, pitch), np.radians((YAW, PITCH)), strict=True))
    return Camera(rotation(yaw, pitch, float(roll)), float(sizes.mean()), (float(affine[3, 0]), float(affine[3, 1])))


def _raise(flat: np.ndarray, relief: Relief, lift: float = 0.0, depth: float | None = None) -> np.ndarray:
    """Points ``(n, 2)`` in space, ``(n, 3)``: on the surface plus ``lift``, or all at one depth."""
    space = np.empty((len(flat), 3), np.float32)
    space[:, :2] = flat
    space[:, 2:] = relief.depth(space[:, 0:1], space[:, 1:2]) + lift if depth is None else depth
    return space


def _raise_all(lines: Mapping[str, np.ndarray], relief: Relief) -> np.ndarray:
    return _raise(np.concatenate(list(lines.values())).astype(np.float32), relief)


def _parts(points: np.ndarray, lines: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The points of each line, out of those of all lines one after the other."""
    ends = np.cumsum([len(line) for line in lines.values()])[:-1]
    return dict(zip(lines, np.split(points, ends), strict=True))


def _silhouette(outline: np.ndarray, relief: Relief, camera: Camera) -> np.ndarray:
    """The visible outline ``(26, 3)``: on the far side of a turned head the cheek hides the jaw line."""
    rings = [outline]
    for share in (0.94, 0.86):
        flat = _MIDDLE + (outline[:, :2] - _MIDDLE) * share
        rings.append(_raise(flat, relief))
    placed = camera.project(np.concatenate(rings)).reshape(3, -1, 2)
    outwards = (outline[:, :2] - _MIDDLE) @ camera.turn[:2, :2].T
    farthest = np.argmax((placed * outwards).sum(-1), 0)
    return placed[farthest, np.arange(len(outline))]


def surface_of(face: PosedFace, grid: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The position on the face seen by each cell of a ``grid x grid`` raster over the image.

    Returns:
        ``u``, ``v`` and the depth seen from the camera, ``(grid, grid)`` float32 each, in half face widths. Cells beside the face get
        values that continue its rim.
    """
    camera, relief = face.camera, face.relief
    ticks = (np.arange(grid, dtype=np.float32) + 0.5) / grid
    x = np.broadcast_to((ticks[None, :] - camera.centre[0]) / camera.scale, (grid, grid))
    y = np.broadcast_to((ticks[:, None] - camera.centre[1]) / camera.scale, (grid, grid))
    flat, towards = camera.turn[:2, :2], camera.turn[:2, 2]
    back = np.linalg.inv(flat).astype(np.float32)
    slide = back @ towards
    u0 = back[0, 0] * x + back[0, 1] * y + PIVOT[0]
    v0 = back[1, 0] * x + back[1, 1] * y + PIVOT[1]
    z = np.full((grid, grid), 0.5, np.float32)
    field = relief.depth_and_slopes()
    for _ in range(3):  # the place depends on its depth, and the depth on the place: Newton's method
        u, v = u0 - slide[0] * (z - PIVOT[2]), v0 - slide[1] * (z - PIVOT[2])
        depth, slope_u, slope_v = cv2.split(look_up(field, u, v))
        z += (depth - z) / np.clip(1 + slope_u * slide[0] + slope_v * slide[1], 0.6, 8)
    seen = camera.turn[2, 0] * (u - PIVOT[0]) + camera.turn[2, 1] * (v - PIVOT[1]) + camera.turn[2, 2] * (z - PIVOT[2])
    return u, v, seen
