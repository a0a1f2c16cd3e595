"""Smooth curves through given points, as constant matrices: ``curve = matrix @ points``."""

from functools import cache

import numpy as np

_LEFT_TURN = np.array([-1, 1], np.float32)


@cache
def smooth(keys: int, samples: int, closed: bool = False) -> np.ndarray:
    """Matrix of a Catmull-Rom curve.

    Args:
        keys: number of points that the curve goes through.
        samples: number of points on each piece between two of them.
        closed: whether the last point is joined to the first.

    Returns:
        ``(n, keys)`` float32; ``n`` is ``keys * samples`` if closed, else ``(keys - 1) * samples + 1``. Every ``samples``-th row gives back
        a key.
    """
    eye = np.eye(keys, dtype=np.float64)
    padded = np.vstack([eye[-1:], eye, eye[:2]]) if closed else np.vstack([2 * eye[:1] - eye[1:2], eye, 2 * eye[-1:] - eye[-2:-1]])
    pieces = keys if closed else keys - 1
    t = np.arange(samples)[:, None] / samples
    weights = [-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, -(t**2) + t**3]
    rows = [sum(0.5 * w * padded[piece + k] for k, w in enumerate(weights)) for piece in range(pieces)]
    if not closed:
        rows.append(eye[-1:])
    return np.concatenate(rows).astype(np.float32)


@cache
def cubic(samples: int) -> np.ndarray:
    """Matrix ``(samples, 4)`` of the cubic through four points at 0, 1/3, 2/3 and 1; a lid is one."""
    nodes = np.arange(4) / 3
    t = np.linspace(0, 1, samples)
    columns = []
    for k in range(4):
        others = [j for j in range(4) if j != k]
        columns.append(np.prod([(t - nodes[j]) / (nodes[k] - nodes[j]) for j in others], axis=0))
    return np.stack(columns, 1).astype(np.float32)


def pairs(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Points ``(n, 2)`` float32 of their coordinates ``(n,)``."""
    points = np.empty((len(u), 2), np.float32)
    points[:, 0] = u
    points[:, 1] = v
    return points


def ribbon(line: np.ndarray, half_width: np.ndarray) -> np.ndarray:
    """Outline of a stroke of changing width.

    Args:
        line: ``(..., n, 2)``, the middle of the stroke.
        half_width: broadcasts to ``(..., n)``, in the line's unit.

    Returns:
        ``(..., 2n, 2)``, a closed polygon.
    """
    before, after = line[..., :-2, :], line[..., 2:, :]
    along = np.concatenate([line[..., 1:2, :] - line[..., :1, :], after - before, line[..., -1:, :] - line[..., -2:-1, :]], -2)
    share = half_width / (np.hypot(along[..., 0], along[..., 1]) + 1e-9)
    across = along[..., ::-1] * share[..., None] * _LEFT_TURN
    return np.concatenate([line + across, (line - across)[..., ::-1, :]], -2)
