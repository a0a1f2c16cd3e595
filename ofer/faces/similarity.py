"""Similarities of the plane: rotation, one scale and shift, as 2x3 matrices for column vectors ``(x, y, 1)``."""

import cv2
import numpy as np


def fit_similarity(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The similarity without reflection that brings ``source`` nearest to ``target`` in least squares (Umeyama 1991).

    Args:
        source: ``(P, 2)`` points.
        target: ``(P, 2)``, the target positions.

    Returns:
        ``(2, 3)`` float64.

    Raises:
        ValueError: fewer than two points, different numbers of them, values that are not finite, or source points that coincide.

    >>> import numpy as np
    >>> fit_similarity(np.array([[0, 0], [1, 0]]), np.array([[5, 5], [5, 7]])).round(6) + 0.0
    array([[ 0., -2.,  5.],
           [ 2.,  0.,  5.]])
    """
    source, target = np.asarray(source, np.float64), np.asarray(target, np.float64)
    if source.ndim != 2 or source.shape[1] != 2 or source.shape != target.shape or len(source) < 2:
        raise ValueError(f'points of shapes {source.shape} and {target.shape}: expected the same (P, 2) with P >= 2')
    if not (np.isfinite(source).all() and np.isfinite(target).all()):
        raise ValueError('points that are not finite')
    (mean, centre) = source.mean(0), target.mean(0)
    # As complex numbers a similarity is z -> a z + b, and least squares has one unknown factor a.
    z, w = ((p - m) @ (1, 1j) for p, m in ((source, mean), (target, centre)))
    spread = np.vdot(z, z).real
    if spread <= 0:
        raise ValueError('the points coincide: no similarity is defined by them')
    a = np.vdot(z, w) / spread
    linear = np.array([[a.real, -a.imag], [a.imag, a.real]])
    return np.column_stack([linear, centre - linear @ mean])


def move(points: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Points ``(P, 2)`` under a ``(2, 3)`` matrix: ``(P, 2)``."""
    return points @ matrix[:, :2].T + matrix[:, 2]


def invert(matrix: np.ndarray) -> np.ndarray:
    """The ``(2, 3)`` matrix of the inverse transform."""
    return cv2.invertAffineTransform(matrix)


def warp(image: np.ndarray, matrix: np.ndarray, size: int, fill: int | None = None) -> np.ndarray:
    """Sample a square crop, without aliasing where it shrinks the image.

    Args:
        image: ``(H, W)`` or ``(H, W, 3)`` uint8.
        matrix: ``(2, 3)``, from pixels of the image to pixels of the crop.
        size: height and width of the crop, pixels.
        fill: value outside the image; None repeats its border.

    Returns:
        ``(size, size)`` or ``(size, size, 3)`` uint8.
    """
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    shrink = int(1 / scale) if scale > 0 else 1
    if shrink > 1:
        # Averaging whole blocks first leaves a factor below two, which bilinear sampling covers.
        image, matrix = _reduce(image, matrix, shrink)
    border = cv2.BORDER_REPLICATE if fill is None else cv2.BORDER_CONSTANT
    value = (fill or 0,) * 3
    return cv2.warpAffine(image, matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=border, borderValue=value)


def _reduce(image: np.ndarray, matrix: np.ndarray, factor: int) -> tuple[np.ndarray, np.ndarray]:
    """The image reduced by a whole number, and the matrix from its pixels."""
    height, width = image.shape[:2]
    size = (max(1, round(width / factor)), max(1, round(height / factor)))
    sx, sy = width / size[0], height / size[1]
    back = np.array([[sx, 0, (sx - 1) / 2], [0, sy, (sy - 1) / 2], [0, 0, 1]])  # pixel centres, hence the half pixels
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA), matrix @ back
