"""Head pose, and the projection of its points into the image."""

from dataclasses import dataclass

import numpy as np

from .draws import Draws

PIVOT = np.array([0.0, 0.25, -0.15], np.float32)
"""What the head turns about, in the face's coordinates."""
YAW, PITCH, ROLL = 28, 14, 12
"""Farthest turns, degrees: the head is drawn from before only."""


@dataclass(frozen=True)
class Camera:
    """Orthographic view of a turned head.

    ``turn`` is the ``(3, 3)`` rotation, ``scale`` the share of the image that one unit (half a face width) covers, ``centre`` the place of
    the pivot as shares of width and height.
    """

    turn: np.ndarray
    scale: float
    centre: tuple[float, float]

    def project(self, points: np.ndarray) -> np.ndarray:
        """Projected positions ``(n, 2)`` of points ``(n, 3)``, shares of width and height."""
        return (points - PIVOT) @ self.turn[:2].T * self.scale + np.array(self.centre, np.float32)


def rotation(yaw: float, pitch: float, roll: float) -> np.ndarray:
    """Rotation ``(3, 3)``; radians. Positive: the face looks to the image's right, down, and tilts clockwise."""
    cy, sy, cp, sp, cr, sr = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch), np.cos(roll), np.sin(roll)
    about_vertical = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_horizontal = np.array([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])
    in_plane = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return (in_plane @ about_horizontal @ about_vertical).astype(np.float32)


def sample_camera(draws: Draws) -> Camera:
    """A pose within 28 degrees of yaw, 14 of pitch and 12 of roll, mostly well within."""
    yaw, pitch, roll = draws.bell(12.5), draws.bell(5.5), draws.bell(4.5)
    clipped = [float(np.radians(np.clip(angle, -limit, limit))) for angle, limit in ((yaw, YAW), (pitch, PITCH), (roll, ROLL))]
    return Camera(rotation(*clipped), draws.uniform(0.295, 0.335), (draws.bell(0.015, 0.5), draws.bell(0.012, 0.455)))
