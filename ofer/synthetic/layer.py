"""The layer that an occluder is painted on, and shapes that several occluders share."""

from dataclasses import dataclass

import numpy as np

from . import brush
from .curves import ribbon, smooth

RGB = tuple[float, float, float]


@dataclass
class Layer:
    """Colour ``(S, S, 3)`` and cover ``(S, S)``, uint8 both; a cover of 255 is opaque."""

    colour: np.ndarray
    cover: np.ndarray

    def fill(self, polygon: np.ndarray, colour: RGB) -> None:
        """Add a polygon ``(n, 2)``, in shares."""
        self.ink(polygon, colour)
        brush.fill_smooth(self.cover, polygon, 255)

    def lines(self, strokes: np.ndarray, colour: RGB, width: float) -> None:
        """Add lines ``(s, n, 2)``; the width is a share of the image."""
        self.ink_lines(strokes, colour, width)
        brush.lines(self.cover, strokes, 255, width)

    def ink(self, polygon: np.ndarray, colour: RGB) -> None:
        """Recolour a polygon inside the painted area; the cover does not change."""
        brush.fill_smooth(self.colour, polygon, colour)

    def ink_lines(self, strokes: np.ndarray, colour: RGB, width: float) -> None:
        """Draw lines inside the painted area; the cover does not change."""
        brush.lines(self.colour, strokes, colour, width)


def tinted(colour: RGB, factor: float) -> RGB:
    """A colour made lighter or darker; skin and cloth keep their hue."""
    return min(255.0, colour[0] * factor), min(255.0, colour[1] * factor), min(255.0, colour[2] * factor)


def ring(centre: tuple[float, float], radii: tuple[float, float], power: float = 2.0, samples: int = 24) -> np.ndarray:
    """A superellipse ``(samples, 2)`` around ``centre``; powers above 2 make it square."""
    angle = np.arange(samples) * (2 * np.pi / samples)
    across, down = np.cos(angle), np.sin(angle)
    across = np.sign(across) * np.abs(across) ** (2 / power)
    down = np.sign(down) * np.abs(down) ** (2 / power)
    return np.stack([centre[0] + radii[0] * across, centre[1] + radii[1] * down], 1).astype(np.float32)


def finger(start: np.ndarray, bend: np.ndarray, end: np.ndarray, width: float) -> np.ndarray:
    """A thick bent line with a round end, as a polygon ``(n, 2)``."""
    line = smooth(3, 5) @ np.stack([start, bend, end]).astype(np.float32)
    profile = width * np.array([1.08, 1.06, 1.04, 1.0, 0.96, 0.97, 1.0, 0.97, 0.93, 0.82, 0.42], np.float32)
    return ribbon(line, profile)
