"""Drawing polygons and lines whose points are given in shares of the image, to a sixteenth of a pixel."""

from collections.abc import Sequence

import cv2
import numpy as np

_SHIFT = 4
Colour = tuple[float, ...] | float


def fixed(points: np.ndarray, size: float) -> np.ndarray:
    """OpenCV's fixed-point pixel coordinates ``(..., 2)`` int32 of points in shares of an image with ``size`` pixels a side.

    A share of ``(i + 0.5) / size`` is the middle of pixel ``i``.
    """
    return np.rint((points * size - 0.5) * (1 << _SHIFT)).astype(np.int32)


def fill(image: np.ndarray, points: np.ndarray, colour: Colour, size: float | None = None) -> None:
    """Fill the polygon ``(n, 2)`` in place."""
    cv2.fillPoly(image, [fixed(points, size or image.shape[0])], colour, cv2.LINE_8, _SHIFT)


def fill_smooth(image: np.ndarray, points: np.ndarray, colour: Colour, size: float | None = None) -> None:
    """Fill the polygon ``(n, 2)`` in place, with an antialiased border."""
    cv2.fillPoly(image, [fixed(points, size or image.shape[0])], colour, cv2.LINE_AA, _SHIFT)


def lines(image: np.ndarray, strokes: np.ndarray, colour: Colour, width: float, size: float | None = None) -> None:
    """Draw the open lines ``(s, n, 2)``; ``width`` is a share of the image, one pixel at least."""
    side = size or image.shape[0]
    cv2.polylines(image, list(fixed(strokes, side)), False, colour, max(1, round(width * side)), cv2.LINE_AA, _SHIFT)


def fill_all(image: np.ndarray, polygons: np.ndarray, colours: Sequence[float]) -> None:
    """Fill polygons ``(s, n, 2)`` in place, one after the other, each with its grey level."""
    for polygon, colour in zip(fixed(polygons, image.shape[0]), colours, strict=True):
        cv2.fillPoly(image, [polygon], colour, cv2.LINE_AA, _SHIFT)


def overlay(canvas: np.ndarray, picture: np.ndarray, cover: np.ndarray) -> None:
    """Blend a picture ``(h, w, 3)`` into the canvas in place, with the opacity ``cover`` ``(h, w)`` uint8; 255 is opaque."""
    share = cv2.merge([cover, cover, cover])
    under = cv2.multiply(canvas, cv2.bitwise_not(share), scale=1 / 255)
    canvas[:] = cv2.add(cv2.multiply(picture, share, scale=1 / 255), under)


def patch_around(canvas: np.ndarray, outline: np.ndarray, margin: int = 3) -> tuple[np.ndarray, np.ndarray] | None:
    """The part of the canvas around a polygon, and its origin ``(2,)`` in shares; None if it is outside."""
    size = len(canvas)
    left, top = (np.maximum(np.floor(outline.min(0) * size) - margin, 0)).astype(int).tolist()
    right, bottom = (np.minimum(np.ceil(outline.max(0) * size) + margin, size)).astype(int).tolist()
    if right - left < 3 or bottom - top < 3:
        return None
    return canvas[top:bottom, left:right], np.array([left / size, top / size])


def disc(image: np.ndarray, centre: np.ndarray, radius: float, colour: Colour, size: float | None = None) -> None:
    """Fill the circle; centre ``(2,)`` and radius in shares."""
    x, y = fixed(centre, size or image.shape[0])
    reach = max(1, round(radius * (size or image.shape[0]) * (1 << _SHIFT)))
    cv2.circle(image, (int(x), int(y)), reach, colour, -1, cv2.LINE_AA, _SHIFT)
